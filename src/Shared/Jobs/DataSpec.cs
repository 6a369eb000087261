namespace DistTrain.Shared.Jobs;

/// <summary>
/// The data of a phase. A set is named as <c>x.tsv[.gz]</c> (source, target, further references), <c>x.jsonl[.gz]</c>, <c>x.parquet</c>, the common part of a
/// Moses pair's names (<c>dir/train</c> for <c>dir/train.en[.gz]</c> and <c>dir/train.de[.gz]</c>), or <c>sample:NAME/SET</c> (generated).
/// Relative paths start at the data root.
/// </summary>
public sealed record DataSpec
{
    /// <summary>The set that is trained on: translations, or preferences in a phase of type dpo.</summary>
    /// <value>Required.</value>
    public string Train { get; init; } = "";

    /// <summary>The held-out set, of the same kind.</summary>
    /// <value>Default: null, no validation.</value>
    public string? Validation { get; init; }

    /// <summary>Name of the source language: a key of JSON lines, an ending of Moses pairs.</summary>
    /// <value>Default: <c>source</c>.</value>
    public string Source { get; init; } = "source";

    /// <summary>Name of the target language, likewise.</summary>
    /// <value>Differs from <see cref="Source"/>. Default: <c>target</c>.</value>
    public string Target { get; init; } = "target";

    /// <summary>Tokens of a sentence; a training example with a longer one is left out and counted.</summary>
    /// <value>At least 1; one less than <see cref="ModelSpec.MaxLength"/> when that is lower. Default: 128.</value>
    public int MaxLength { get; init; } = 128;

    /// <summary>How many times as long as the other side, in tokens, one side of a training translation may be; others are left out and counted.</summary>
    /// <value>At least 1, or 0: off. Default: 0.</value>
    public double MaxLengthRatio { get; init; }

    /// <summary>Of equal training examples all but the first are left out and counted.</summary>
    /// <value>Default: false.</value>
    public bool RemoveDuplicates { get; init; }

    /// <summary>Bad records that a file may hold; they are left out and reported. One more fails the job.</summary>
    /// <value>At least 0. Default: 0.</value>
    public int TolerateBadRecords { get; init; }

    public IEnumerable<Violation> Violations(string path) =>
    [
        .. Rules.Given($"{path}.train", Train, $"Name the training set: a .tsv, .jsonl or .parquet file, a pair of text files, or sample:NAME/SET."),
        .. Validation is null ? [] : Rules.Given($"{path}.validation", Validation, "Name a set, or remove the key."),
        .. Rules.Language($"{path}.source", Source, "en"),
        .. Rules.Language($"{path}.target", Target, "de"),
        .. LanguageRules(path),
        .. Rules.Above($"{path}.max_length", MaxLength, 0, "Give a number of tokens such as 128."),
        .. MaxLengthRatio == 0 ? [] : Rules.AtLeast($"{path}.max_length_ratio", MaxLengthRatio, 1, "3 is usual, 0 is off."),
        .. Rules.AtLeast($"{path}.tolerate_bad_records", TolerateBadRecords, 0, "0 tolerates none."),
    ];

    private IEnumerable<Violation> LanguageRules(string path) => Source.Length == 0 || Source != Target
        ? []
        : [new($"{path}.target", $"{path}.target is '{Target}', the same as {path}.source. Give the two languages different names.")];
}
