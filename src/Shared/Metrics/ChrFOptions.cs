namespace DistTrain.Shared.Metrics;

/// <summary>What chrF counts and how it weighs it; the defaults are sacreBLEU's.</summary>
public sealed record ChrFOptions
{
    /// <summary>Longest n-grams of characters.</summary>
    internal const int CharacterOrder = 6;

    /// <summary>chrF++ (Popovic 2017): words and pairs of words count beside the characters.</summary>
    public static ChrFOptions PlusPlus { get; } = new() { WordOrder = 2 };

    /// <summary>Longest n-grams of words, punctuation at a word's end or beginning being a word of its own.</summary>
    /// <value>At least 0; 2 is chrF++. Default: 0.</value>
    public int WordOrder { get; init; }

    /// <summary>How many times as much recall weighs as precision.</summary>
    /// <value>At least 1. Default: 2.</value>
    public int Beta { get; init; } = 2;

    /// <summary>Case does not count.</summary>
    public bool Lowercase { get; init; }

    /// <summary>White space is a character like others; otherwise it is left out.</summary>
    public bool Whitespace { get; init; }

    /// <summary>
    /// The score is the mean of the orders' F-scores, an order without n-grams being next to 0, as in chrF++.py, NLTK and Moses; otherwise the
    /// F-score of means over the orders that both sides have.
    /// </summary>
    public bool EpsilonSmoothing { get; init; }

    internal int Orders => CharacterOrder + WordOrder;
}
