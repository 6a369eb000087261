namespace DistTrain.Shared.Metrics;

/// <summary>Scripts that write no spaces between words, as many as differ in what tells their words apart.</summary>
[Flags]
public enum UnspacedScripts
{
    /// <summary>None of them: words have spaces between them.</summary>
    None = 0,

    /// <summary>Characters that are words or nearly so.</summary>
    Chinese = 1,

    /// <summary>Chinese characters and kana, of which only several together are a word.</summary>
    Japanese = 2,

    /// <summary>Thai, Lao, Khmer and Burmese: letters, with spaces between clauses.</summary>
    SoutheastAsian = 4,

    /// <summary>Letters, with a sign of punctuation behind each syllable and spaces between clauses.</summary>
    Tibetan = 8,

    /// <summary>Every one.</summary>
    All = Chinese | Japanese | SoutheastAsian | Tibetan,
}
