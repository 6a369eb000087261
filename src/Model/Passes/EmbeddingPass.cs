using System.Runtime.InteropServices;
using DistTrain.Model.Batches;
using DistTrain.Model.Kernels;
using DistTrain.Model.Modules;
using static TorchSharp.torch;

namespace DistTrain.Model.Passes;

/// <summary>See <see cref="Embeddings.Embed"/>.</summary>
internal sealed class EmbeddingPass(PassMemory memory, TransformerOptions options, PositionalEncoding positions, ParameterView table_VD)
{
    private readonly float _scale = MathF.Sqrt(options.DModel);
    private Tensor? _tokens_BT;
    private DropoutMask _mask;

    /// <summary>[B, T] tokens to rows [B x T, D], and as many rows of zeros behind as <see cref="ProductRows.Rounded"/> says.</summary>
    /// <param name="tokens_BT">In host memory.</param>
    /// <exception cref="ArgumentException">A token is not in the vocabulary.</exception>
    public Tensor Forward(Tensor tokens_BT)
    {
        RequireKnown(tokens_BT);
        _tokens_BT = tokens_BT = memory.OnDevice(tokens_BT);
        var x_RD = memory.Take(ProductRows.Rounded((int)tokens_BT.numel()), options.DModel);
        memory.Kernels.Embed(table_VD.Value, tokens_BT, positions.Rows(0, tokens_BT.size(1), memory.Kernels.Device), _scale, x_RD);
        _mask = memory.Drop(x_RD, options.Dropout, x_RD);
        return x_RD;
    }

    /// <param name="d_RD">Is used up.</param>
    public void Backward(Tensor d_RD)
    {
        memory.DropBackward(d_RD, _mask);
        memory.Kernels.EmbedBackward(d_RD, _tokens_BT!, _scale, table_VD.Gradient);
    }

    /// <summary>The kernels do not look: a token outside the table would be a place outside its memory.</summary>
    private void RequireKnown(Tensor tokens_BT)
    {
        var vocabulary = table_VD.Value.size(0);
        foreach (var token in MemoryMarshal.Cast<byte, long>(tokens_BT.bytes))
            if (token < 0 || token >= vocabulary)
                throw new ArgumentException($"Token {token} is not in the model's vocabulary of {vocabulary} tokens. Encode the text with the " +
                    "tokenizer that belongs to the model.", nameof(tokens_BT));
    }
}
