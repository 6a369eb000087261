namespace DistTrain.Shared.Jobs;

/// <summary>
/// Where a phase's examples come from. A path names a TSV or JSONL file, plain or <c>.gz</c>; two line-aligned files by their common
/// beginning (<c>dir/train</c> for <c>dir/train.en</c> and <c>dir/train.de</c>); or a generated set, <c>sample:NAME/SET</c>.
/// </summary>
public sealed record DataSpec
{
    /// <summary>Training examples.</summary>
    public string Train { get; init; } = "";

    /// <summary>Validation examples; null for none.</summary>
    public string? Validation { get; init; }

    /// <summary>Source language: the ending of Moses files and the key in JSONL. Default: source.</summary>
    public string Source { get; init; } = "source";

    /// <summary>Target language. Default: target.</summary>
    public string Target { get; init; } = "target";

    /// <summary>Longest sentence in tokens, without special tokens; longer examples are dropped and counted. Greater than 0. Default: 128.</summary>
    public int MaxLength { get; init; } = 128;

    /// <summary>Records that may be bad before the preparation stops. At least 0. Default: 0.</summary>
    public int TolerateBadRecords { get; init; }

    internal IEnumerable<Violation> Violations(string path)
    {
        if (Train.Length == 0) yield return new($"{path}.train", "is missing. Name the training data.");
        if (MaxLength <= 0) yield return new($"{path}.max_length", $"is {MaxLength}, but must be greater than 0.");
        if (TolerateBadRecords < 0) yield return new($"{path}.tolerate_bad_records", $"is {TolerateBadRecords}, but must be at least 0.");
    }
}
