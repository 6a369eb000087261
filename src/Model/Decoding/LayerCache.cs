using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Decoding;

/// <summary>One decoder layer's memory of a search: keys and values of the encoded sources, fixed, and of the tokens so far, growing. A slot is a row of keys, then values.</summary>
/// <param name="sources_RF">Of all positions of all sources: [R, 2 D].</param>
internal sealed class LayerCache(Tensor sources_RF, int heads) : IDisposable
{
    private readonly Tensor sources_RF = sources_RF.DetachFromDisposeScope();

    /// <summary>With room for further slots, in memory that doubles; null before the first.</summary>
    private Tensor? tokens_CF;
    private long taken;

    /// <summary>Takes further tokens, one slot for each, and lets each look at some slots: [R, D].</summary>
    /// <param name="projected_RF">Queries, keys and values: [R, 3 D].</param>
    public Tensor AttendSelf(Tensor projected_RF, VisibleSlots visible)
    {
        var (rows, width) = (projected_RF.shape[0], projected_RF.shape[1] / 3);
        Grow(taken + rows, 2 * width);
        tokens_CF!.narrow(0, taken, rows).copy_(projected_RF.narrow(1, width, 2 * width));
        taken += rows;
        return SlotAttention.Attend(projected_RF, tokens_CF, heads, visible);
    }

    /// <summary>Lets tokens look at rows of the encoded sources: [R, D].</summary>
    public Tensor AttendSource(Tensor query_RD, VisibleSlots visible) => SlotAttention.Attend(query_RD, sources_RF, heads, visible);

    public void Dispose()
    {
        sources_RF.Dispose();
        tokens_CF?.Dispose();
    }

    private void Grow(long slots, long width)
    {
        if (tokens_CF is not null && tokens_CF.shape[0] >= slots) return;
        using var full = tokens_CF;
        tokens_CF = empty(2 * slots, width).DetachFromDisposeScope();
        if (full is not null) tokens_CF.narrow(0, 0, full.shape[0]).copy_(full);
    }
}
