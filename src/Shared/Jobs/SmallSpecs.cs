namespace DistTrain.Shared.Jobs;

/// <summary>How text becomes tokens.</summary>
public sealed record TokenizerSpec
{
    /// <value>bpe: byte-level byte-pair encoding, trained on the job's own data. Default and only one.</value>
    public string Type { get; init; } = "bpe";

    /// <summary>Entries of the joint vocabulary, special tokens included. At least 260 (3 special tokens, 256 bytes and one merge). Default: 8000.</summary>
    public int VocabSize { get; init; } = 8000;

    internal IEnumerable<Violation> Violations(string path)
    {
        if (Type != "bpe") yield return new($"{path}.type", $"is '{Type}', which is not known. Known: bpe.");
        if (VocabSize < 260) yield return new($"{path}.vocab_size", $"is {VocabSize}, but must be at least 260: 3 special tokens, 256 bytes and a merge.");
    }
}

/// <summary>What the job needs of the cluster.</summary>
public sealed record ResourcesSpec
{
    /// <summary>The job waits until it can have this many workers. At least 1. Default: 1.</summary>
    public int MinWorkers { get; init; } = 1;

    /// <summary>The job takes no more than this. At least <see cref="MinWorkers"/>. Default: 64.</summary>
    public int MaxWorkers { get; init; } = 64;

    /// <value>auto or float32. Default: auto, which is float32 for now.</value>
    public string Precision { get; init; } = "auto";

    internal IEnumerable<Violation> Violations(string path)
    {
        if (MinWorkers < 1) yield return new($"{path}.min_workers", $"is {MinWorkers}, but must be at least 1.");
        if (MaxWorkers < MinWorkers) yield return new($"{path}.max_workers", $"is {MaxWorkers}, but must be at least min_workers, {MinWorkers}.");
        if (Precision is not ("auto" or "float32")) yield return new($"{path}.precision", $"is '{Precision}', which is not known. Known: auto, float32.");
    }
}

/// <summary>When checkpoints are written, and which are kept.</summary>
public sealed record CheckpointsSpec
{
    /// <summary>Steps between checkpoints; each phase's end writes one besides. Greater than 0. Default: 500.</summary>
    public int EverySteps { get; init; } = 500;

    /// <summary>The newest of each phase that are kept. At least 1. Default: 3.</summary>
    public int KeepLast { get; init; } = 3;

    /// <summary>The best of each phase, by its validation metric, that are kept besides. At least 0. Default: 1.</summary>
    public int KeepBest { get; init; } = 1;

    internal IEnumerable<Violation> Violations(string path)
    {
        if (EverySteps <= 0) yield return new($"{path}.every_steps", $"is {EverySteps}, but must be greater than 0.");
        if (KeepLast < 1) yield return new($"{path}.keep_last", $"is {KeepLast}, but must be at least 1.");
        if (KeepBest < 0) yield return new($"{path}.keep_best", $"is {KeepBest}, but must be at least 0.");
    }
}
