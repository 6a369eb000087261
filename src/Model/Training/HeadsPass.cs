using DistTrain.Model.Kernels;
using static TorchSharp.torch;

namespace DistTrain.Model.Training;

/// <summary>Attention from queries, keys and values on, with the output projection. Shapes as in <see cref="MultiHeadAttention"/>.</summary>
internal sealed class HeadsPass(PassMemory memory, TransformerOptions options, Weight output_DD)
{
    private readonly int heads = options.Heads;
    private readonly float scale = (float)(1 / Math.Sqrt((double)options.DModel / options.Heads));
    private Tensor? query_NTE, keys_NSE, values_NSE, weights_NTS, dropped_NTS, context_RD;
    private DropoutMask mask;

    /// <summary>One part of a projection, head by head: [sequences x heads, length, E].</summary>
    public Tensor Split(Tensor x_RF, Tensor? bias_F, int part, long sequences)
    {
        var y_NTE = memory.Take(sequences * heads, x_RF.shape[0] / sequences, options.DModel / heads);
        memory.Kernels.SplitHeads(x_RF, bias_F, part, heads, y_NTE);
        return y_NTE;
    }

    public Tensor Forward(Tensor query_NTE, Tensor keys_NSE, Tensor values_NSE, KeyVisibility visible)
    {
        (this.query_NTE, this.keys_NSE, this.values_NSE) = (query_NTE, keys_NSE, values_NSE);
        weights_NTS = memory.Take(query_NTE.shape[0], query_NTE.shape[1], keys_NSE.shape[1]);
        using (var keys_NES = keys_NSE.transpose(1, 2))
        using (var scores_NTS = bmm(query_NTE, keys_NES))
            memory.Kernels.Attend(scores_NTS, scale, visible, weights_NTS);
        // The gradient needs the weights both before and after dropout.
        mask = memory.Draw(options.AttentionDropout);
        dropped_NTS = weights_NTS;
        if (mask.Rate > 0) memory.Kernels.Drop(weights_NTS, mask, dropped_NTS = memory.Take(weights_NTS.shape));
        context_RD = memory.Take(query_NTE.numel() / options.DModel, options.DModel);
        using (var context_NTE = bmm(dropped_NTS, values_NSE)) memory.Kernels.MergeHeads(context_NTE, heads, context_RD, 0);
        return memory.Multiply(context_RD, output_DD);
    }

    /// <summary>Fills columns of the gradients of the projections that <see cref="Split"/> took apart.</summary>
    /// <param name="dKeys_RF">Gets that of the keys at part <paramref name="keys"/>, that of the values behind.</param>
    public void Backward(Tensor dy_RD, Tensor dQuery_RF, Tensor dKeys_RF, int keys)
    {
        using var scope = NewDisposeScope();
        using var temporaries = memory.Temporaries();
        memory.AddGradient(dy_RD, context_RD!, output_DD);
        var dContext_RD = memory.Take(dy_RD.shape);
        PassMemory.MultiplyBackward(dy_RD, output_DD, dContext_RD, add: false);
        var dContext_NTE = Split(dContext_RD, null, 0, query_NTE!.shape[0] / heads);

        var kernels = memory.Kernels;
        kernels.MergeHeads(bmm(dropped_NTS!.transpose(1, 2), dContext_NTE), heads, dKeys_RF, keys + 1);
        var d_NTS = bmm(dContext_NTE, values_NSE!.transpose(1, 2));
        memory.DropBackward(d_NTS, mask);
        kernels.AttendBackward(d_NTS, weights_NTS!, scale);
        kernels.MergeHeads(bmm(d_NTS, keys_NSE!), heads, dQuery_RF, 0);
        kernels.MergeHeads(bmm(d_NTS.transpose(1, 2), query_NTE), heads, dKeys_RF, keys);
    }
}
