namespace DistTrain.Shared.Text;

/// <summary>The tokens that every vocabulary starts with.</summary>
public static class SpecialTokens
{
    /// <summary>Fills up the shorter sequences of a batch.</summary>
    public const int Pad = 0;

    /// <summary>Begins a decoder's input.</summary>
    public const int Bos = 1;

    /// <summary>Ends a sequence.</summary>
    public const int Eos = 2;

    public const int Count = 3;

    /// <summary>By id, as they stand in a vocabulary file.</summary>
    public static IReadOnlyList<string> Names { get; } = ["<pad>", "<s>", "</s>"];
}
