using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Decoding;

/// <summary>Rows that grow by further positions, [N, T, E], in memory that doubles when it is full. Outlives the scopes of its callers.</summary>
internal sealed class GrowingTensor : IDisposable
{
    private const int FewestPositions = 64;

    /// <summary>Positions from <see cref="Length"/> are free; null before the first.</summary>
    private Tensor? room_NCE;

    public long Length { get; private set; }

    /// <summary>Takes further positions and gives a view of all.</summary>
    public Tensor Append(Tensor further_NTE)
    {
        var (start, count) = (Length, further_NTE.shape[1]);
        if (room_NCE is null || room_NCE.shape[1] < start + count) Grow(further_NTE, 2 * (start + count));
        using (var free_NTE = room_NCE!.narrow(1, start, count)) free_NTE.copy_(further_NTE);
        Length += count;
        return room_NCE.narrow(1, 0, Length);
    }

    /// <summary>Keeps only some rows.</summary>
    public void Select(Tensor rows)
    {
        using var replaced = room_NCE;
        room_NCE = replaced?.index_select(0, rows).DetachFromDisposeScope();
    }

    public void Dispose() => room_NCE?.Dispose();

    private void Grow(Tensor like_NTE, long wanted)
    {
        using var full = room_NCE;
        room_NCE = empty([like_NTE.shape[0], Math.Max(FewestPositions, wanted), like_NTE.shape[2]], device: like_NTE.device).DetachFromDisposeScope();
        if (full is null) return;
        using var taken = room_NCE.narrow(1, 0, full.shape[1]);
        taken.copy_(full);
    }
}
