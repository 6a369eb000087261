using System.Collections.Immutable;

namespace DistTrain.Shared.Checkpoints;

/// <summary>
/// What is needed to go on from a checkpoint, beside weights and moments. Random numbers need no state of their own: they follow from seed, phase,
/// step and example.
/// </summary>
public sealed record CheckpointState
{
    /// <summary>What <see cref="Metrics"/> is where nothing was validated.</summary>
    public static IReadOnlyDictionary<string, double> NoMetrics { get; } = ImmutableSortedDictionary<string, double>.Empty;

    // Defaults are in the getters: a generated reader gives what a file lacks no initial value.

    /// <summary>The version of this file's form.</summary>
    public int Version { get => field == 0 ? 1 : field; init; }

    public required string Job { get; init; }

    public required string Phase { get; init; }

    /// <summary>0-based index of the phase in the job.</summary>
    public required int PhaseIndex { get; init; }

    /// <summary>Steps of the phase that are done. The next batch is number <see cref="Step"/> of the batch plan, counted from 0.</summary>
    public required long Step { get; init; }

    /// <summary>Steps of the whole phase.</summary>
    public required long TotalSteps { get; init; }

    public required long Seed { get; init; }

    /// <summary>The generation that wrote it.</summary>
    public required int Generation { get; init; }

    /// <summary>Members of that generation. Any other number can go on from here.</summary>
    public required int Members { get; init; }

    /// <summary>Updates that Adam has made in this phase, after those of its start where they were kept. Skipped steps do not count.</summary>
    public required long OptimizerSteps { get; init; }

    /// <summary>Steps in a row, up to this one, that were skipped because loss or gradient were not finite.</summary>
    public required int SkippedInARow { get; init; }

    /// <summary>Loss of the last step.</summary>
    public required double Loss { get; init; }

    /// <summary>What the validation of this step found, by the metrics' names; none when the step was not validated.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get => field ?? NoMetrics; init; }

    /// <summary>
    /// The phase's best validation up to this step, by <see cref="BestMetric"/>, turned so that higher is better; null before the first.
    /// </summary>
    public double? BestScore { get; init; }

    /// <summary>
    /// The metric that <see cref="BestScore"/> is of, validate.metric of then; null in checkpoints that do not tell: then it is the phase's.
    /// </summary>
    public string? BestMetric { get; init; }

    /// <summary>Validations in a row, up to this step, that were not better than the best before them.</summary>
    public int ValidationsWithoutBetter { get; init; }

    /// <summary>The checkpoints that this one is the average of, as job and folder; none when it was trained.</summary>
    public IReadOnlyList<string> AveragedFrom { get => field ?? []; init; }

    /// <summary>Hash of the phase's training store: the batch plan holds for that one only.</summary>
    public required string TrainingData { get; init; }

    public required string TokenizerHash { get; init; }

    /// <summary>
    /// How long translations become for their sources, measured on what the job and what it started from trained on: nearly all targets have at most
    /// so many times the tokens of their sources and a few more.
    /// </summary>
    /// <value>1 to 10; null in checkpoints that were written before it was measured.</value>
    public double? LengthFactor { get; init; }

    /// <summary>Hash of the weights in the model file.</summary>
    public required string ParametersHash { get; init; }

    /// <summary>The state in a checkpoint's folder, as it is there: nothing is verified.</summary>
    /// <exception cref="CheckpointDamagedException">It is missing or cannot be read.</exception>
    public static CheckpointState Read(string folder) => CheckpointJson.Read<CheckpointState>(folder, CheckpointFiles.State);
}
