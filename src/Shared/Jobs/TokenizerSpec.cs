namespace DistTrain.Shared.Jobs;

/// <summary>How text becomes tokens. One vocabulary serves source and target; it is trained on the first supervised phase's training text.</summary>
public sealed record TokenizerSpec
{
    /// <summary>256 bytes, 3 special tokens and a merge.</summary>
    public const int SmallestVocabulary = 260;

    /// <value><c>bpe</c>: byte-level byte-pair encoding. Default: <c>bpe</c>.</value>
    public string Type { get; init; } = "bpe";

    /// <summary>Tokens of the vocabulary, special tokens included.</summary>
    /// <value>At least 260, at most what the text gives. Default: 8,000.</value>
    public int VocabSize { get; init; } = 8000;

    public IEnumerable<Violation> Violations(string path) =>
    [
        .. Rules.OneOf($"{path}.type", Type, "bpe"),
        .. Rules.AtLeast($"{path}.vocab_size", VocabSize, SmallestVocabulary, "Those are the bytes, the special tokens and a merge; 8000 suits some ten thousand sentences."),
    ];
}
