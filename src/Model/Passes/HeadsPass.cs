using DistTrain.Model.Kernels;
using DistTrain.Model.Modules;
using static TorchSharp.torch;

namespace DistTrain.Model.Passes;

/// <summary>Attention from queries, keys and values on, with the output projection. Shapes as in <see cref="MultiHeadAttention"/>.</summary>
internal sealed class HeadsPass(PassMemory memory, TransformerOptions options, ParameterView output_DD)
{
    private AttentionInput? _input;
    private Tensor? _context_RD, _logSums_NT;

    /// <param name="queries">Of each sequence.</param>
    /// <param name="keys">Of each sequence.</param>
    public Tensor Forward(Projected query, Projected key, Projected value, int sequences, int queries, int keys, KeyVisibility visible)
    {
        _input = new AttentionInput(query, key, value, sequences, queries, keys, options.Heads, options.DModel / options.Heads, visible,
            memory.Dropouts.Next(options.AttentionDropout));
        _context_RD = memory.Take(query.Rows_RF.size(0), options.DModel);
        _logSums_NT = memory.TakeFloats(sequences * options.Heads, queries);
        memory.Kernels.Attend(_input, _context_RD, _logSums_NT);
        return memory.Multiply(_context_RD, output_DD);
    }

    /// <summary>Fills the columns of the projections' gradients that <see cref="Forward"/> read of the projections.</summary>
    /// <remarks>
    /// Their rows' sums are the gradients of the biases of queries and values. That of the keys' bias is zero: it adds the same to all scores of a
    /// query, which softmax does not see. The sum would be mere rounding, of which Adam, whose steps do not shrink with the gradient, makes whole
    /// steps.
    /// </remarks>
    public void Backward(Tensor dy_RD, Tensor dQuery_RF, Tensor dKeysValues_RF)
    {
        using var temporaries = memory.Temporaries();
        memory.AddGradient(dy_RD, _context_RD!, output_DD);
        using var dContext_RD = memory.TakeLike(dy_RD);
        PassMemory.MultiplyBackward(dy_RD, output_DD, dContext_RD, add: false);
        memory.Kernels.AttendBackward(_input!, dContext_RD, _logSums_NT!, dQuery_RF, dKeysValues_RF, dKeysValues_RF);
    }
}
