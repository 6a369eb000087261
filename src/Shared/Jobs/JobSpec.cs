namespace DistTrain.Shared.Jobs;

/// <summary>A job, complete: what to train, on what, how, with which workers. It travels with the submission and is stored with the job.</summary>
public sealed record JobSpec
{
    /// <summary>The version of the format that this program reads.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Version of the format. Default: 1, the only one.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>Name of the job: lower-case letters, digits and dashes, at most 40. It begins the job's id.</summary>
    public string Name { get; init; } = "";

    /// <summary>Seed of everything random: weights, order of the data, dropout. Default: 1.</summary>
    public long Seed { get; init; } = 1;

    public ModelSpec Model { get; init; } = new();
    public TokenizerSpec Tokenizer { get; init; } = new();
    public ResourcesSpec Resources { get; init; } = new();
    public CheckpointsSpec Checkpoints { get; init; } = new();

    /// <summary>What is done, in order. At least one.</summary>
    public IReadOnlyList<PhaseSpec> Phases { get; init; } = [];

    public bool Equals(JobSpec? other) => other is not null && Version == other.Version && Name == other.Name && Seed == other.Seed && Model == other.Model
        && Tokenizer == other.Tokenizer && Resources == other.Resources && Checkpoints == other.Checkpoints && Phases.SequenceEqual(other.Phases);

    public override int GetHashCode() => HashCode.Combine(Version, Name, Seed, Phases.Count);

    /// <summary>Every rule that the specification breaks.</summary>
    public IEnumerable<Violation> Violations()
    {
        if (Version != CurrentVersion) yield return new("version", $"is {Version}, but this program reads version {CurrentVersion}.");
        if (Name.Length is 0 or > 40 || !Name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-'))
            yield return new("name", $"is '{Name}', but must be 1 to 40 lower-case letters, digits and dashes, such as zh-en.");
        if (Phases.Count == 0) yield return new("phases", "is empty. Give at least one phase, such as '- { name: pretrain, type: supervised, ... }'.");
        foreach (var violation in Model.Violations("model").Concat(Tokenizer.Violations("tokenizer")).Concat(Resources.Violations("resources"))
                     .Concat(Checkpoints.Violations("checkpoints")).Concat(Phases.SelectMany((phase, index) => phase.Violations($"phases[{index}]"))))
            yield return violation;
        foreach (var name in Phases.GroupBy(phase => phase.Name).Where(phases => phases.Count() > 1).Select(phases => phases.Key))
            yield return new("phases", $"has more than one phase named '{name}'. Checkpoints are named after their phase: give each its own name.");
    }
}
