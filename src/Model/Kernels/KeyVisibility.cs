using static TorchSharp.torch;

namespace DistTrain.Model.Kernels;

/// <summary>Which keys a query may look at. Padding stands at the end of a sequence, so a count says it.</summary>
internal readonly record struct KeyVisibility
{
    private readonly int[]? _lengths;
    private readonly int _heads;
    private readonly Tensor? _lengths_B;

    private KeyVisibility(int[] lengths, int heads, Tensor lengths_B) => (_lengths, _heads, _lengths_B) = (lengths, heads, lengths_B);

    /// <summary>Query t sees the keys up to t.</summary>
    public static KeyVisibility Causal => default;

    /// <summary>Every query sees the keys before its sequence's padding.</summary>
    /// <param name="lengths">Of each sequence.</param>
    /// <param name="lengths_B">The same, int32, where the keys are.</param>
    public static KeyVisibility Padded(int[] lengths, int heads, Tensor lengths_B) => new(lengths, heads, lengths_B);

    /// <param name="n">Sequence and head: the index of N.</param>
    public int Count(int n, int query) => _lengths is null ? query + 1 : _lengths[n / _heads];

    /// <summary>Where a query may not look: true, in a shape that expands to [B, H, T, S].</summary>
    public Tensor Hidden(int queries, int keys, Device device)
    {
        var keys_S = Number.Range(keys, ScalarType.Int64, device);
        if (_lengths_B is null) return keys_S.gt(Number.Range(queries, ScalarType.Int64, device).unsqueeze(1));
        return keys_S.ge(_lengths_B.view(-1, 1, 1, 1));
    }
}
