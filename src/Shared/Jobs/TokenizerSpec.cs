using DistTrain.Shared.Text.Unicode;
using DistTrain.Shared.Jobs.Keys;

namespace DistTrain.Shared.Jobs;

/// <summary>How text becomes tokens: a vocabulary for source and target together, or one for each.</summary>
public sealed record TokenizerSpec : IKeyGroup
{
    /// <summary>Byte-level byte-pair encoding, trained on the training text of the supervised phases.</summary>
    public const string Bpe = "bpe";

    /// <summary>SentencePiece models that are given.</summary>
    public const string SentencePiece = "sentencepiece";

    /// <summary>256 bytes, 3 special tokens and a merge.</summary>
    public const int SmallestVocabulary = 260;

    /// <value><c>bpe</c> or <c>sentencepiece</c>. Default: <c>bpe</c>.</value>
    [Key("bpe is trained on the text of the supervised phases; sentencepiece models are given.")]
    [OneOf(Bpe, SentencePiece)]
    public string Type { get; init; } = Bpe;

    /// <summary>Tokens of each vocabulary that is trained, special tokens included. A given model has its own.</summary>
    /// <value>At least 260, at most what the text gives. Default: 8,000.</value>
    [Key("Tokens of each vocabulary that is trained.")]
    [AtLeast(SmallestVocabulary, "Those are the bytes, the special tokens and a merge; 8000 suits some ten thousand sentences.")]
    public int VocabSize { get; init; } = 8000;

    /// <summary>
    /// A text that gives fewer entries than <see cref="VocabSize"/> is taken with those that it gives, which the log says, and is no error.
    /// </summary>
    /// <value>Default: false.</value>
    [Key("When the text gives fewer tokens than vocab_size: take those, or refuse.")]
    public bool SoftVocab { get; init; }

    /// <summary>The Unicode normalization form that text is brought into before it is encoded, in training and whenever the model is used.</summary>
    /// <value><c>none</c>, <c>nfc</c> or <c>nfkc</c>. Default: <c>none</c>. A given model has its own normalization.</value>
    [Key("The Unicode form that text is brought into before it is encoded; bpe only.")]
    public Normalization Normalization { get; init; }

    /// <summary>One vocabulary serves source and target.</summary>
    /// <value>Default: true.</value>
    [Key("One vocabulary for source and target, or one each.")]
    public bool Joint { get; init; } = true;

    /// <summary>The SentencePiece model of source and target together. A relative path starts at the data root.</summary>
    /// <value>Required with type sentencepiece when <see cref="Joint"/> is true, else null.</value>
    [Key("With sentencepiece and one vocabulary: the .model file, below the data root.")]
    public string? Model { get; init; }

    /// <summary>The source's SentencePiece model.</summary>
    /// <value>Required with type sentencepiece when <see cref="Joint"/> is false, else null.</value>
    [Key("With sentencepiece and joint: false: the source's file.")]
    public string? SourceModel { get; init; }

    /// <summary>The target's SentencePiece model.</summary>
    /// <value>As <see cref="SourceModel"/>.</value>
    [Key("With sentencepiece and joint: false: the target's file.")]
    public string? TargetModel { get; init; }

    /// <summary>The models that are given: none, the joint one, or the source's and the target's.</summary>
    public IReadOnlyList<string> Models => [.. new[] { Model, SourceModel, TargetModel }.OfType<string>()];

    public IEnumerable<Violation> Violations(string path) => KeyViolations.Of(this, path)
        .After(nameof(Model), ModelRules($"{path}.model", Model, Type == SentencePiece && Joint))
        .After(nameof(SourceModel), ModelRules($"{path}.source_model", SourceModel, Type == SentencePiece && !Joint))
        .After(nameof(TargetModel), ModelRules($"{path}.target_model", TargetModel, Type == SentencePiece && !Joint));

    private IEnumerable<Violation> ModelRules(string path, string? model, bool isNeeded) => (model, isNeeded) switch
    {
        (null or "", true) =>
            [new(path, $"{path} is missing, but type {Type} with joint: {(Joint ? "true" : "false")} needs it. Name a SentencePiece .model file " +
                "below the data root.")],
        (not null, false) =>
            [new(path, $"{path} is '{model}', but type {Type} with joint: {(Joint ? "true" : "false")} has no use for it. Remove the key, or " +
                "change type or joint.")],
        _ => [],
    };
}
