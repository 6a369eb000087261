namespace DistTrain.Shared.Text;

/// <summary>The tokens that stand for no text. They begin every vocabulary, in this order.</summary>
public static class SpecialTokens
{
    /// <summary>Fills sequences of a batch up to equal length; never attended to, never scored.</summary>
    public const int Pad = 0;

    /// <summary>Begins what the decoder reads.</summary>
    public const int Bos = 1;

    /// <summary>Ends every source and every target.</summary>
    public const int Eos = 2;

    public const int Count = 3;

    /// <summary>As they are written in vocabulary files; the text itself can hold the same letters without becoming one of them.</summary>
    public static IReadOnlyList<string> Names { get; } = ["<pad>", "<s>", "</s>"];
}
