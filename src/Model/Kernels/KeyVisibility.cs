using static TorchSharp.torch;

namespace DistTrain.Model.Kernels;

/// <summary>Which keys a query may look at. Padding stands at the end of a sequence, so a count says it.</summary>
internal readonly record struct KeyVisibility
{
    private readonly int[]? lengths;
    private readonly int heads;

    private KeyVisibility(int[]? lengths, int heads) => (this.lengths, this.heads) = (lengths, heads);

    /// <summary>Query t sees the keys up to t.</summary>
    public static KeyVisibility Causal => default;

    /// <summary>Every query sees the keys before its sequence's padding.</summary>
    /// <param name="lengths">Of each sequence.</param>
    public static KeyVisibility Padded(int[] lengths, int heads) => new(lengths, heads);

    /// <param name="n">Sequence and head: the index of N.</param>
    public int Count(int n, int query) => lengths is null ? query + 1 : lengths[n / heads];

    /// <summary>Where a query may not look: true, in a shape that expands to [B, H, T, S].</summary>
    public Tensor Hidden(int queries, int keys, Device device)
    {
        var keys_S = arange(keys, device: device);
        if (lengths is null) return keys_S.gt(arange(queries, device: device).unsqueeze(1));
        return keys_S.ge(tensor(lengths, device: device).view(-1, 1, 1, 1));
    }
}
