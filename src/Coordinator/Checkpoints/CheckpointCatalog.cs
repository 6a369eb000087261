using System.Collections.Immutable;
using DistTrain.Shared.Checkpoints;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Checkpoints;

/// <summary>
/// The checkpoints of a job that exist, which is to say: whose event is in the journal and which no later event made superfluous.
/// Immutable.
/// </summary>
public sealed record CheckpointCatalog
{
    public static CheckpointCatalog Empty { get; } = new();

    /// <summary>In the order in which they were committed.</summary>
    public ImmutableList<CheckpointRecord> Kept { get; private init; } = [];

    private ImmutableDictionary<(string Phase, long Step), double> Scores { get; init; } = ImmutableDictionary<(string, long), double>.Empty;

    /// <summary>The newest checkpoint of a phase, null before its first.</summary>
    public CheckpointRecord? Newest(string phase) => Kept.LastOrDefault(checkpoint => checkpoint.Phase == phase);

    /// <summary>The newest checkpoint of all, null before the first.</summary>
    public CheckpointRecord? Newest() => Kept.LastOrDefault();

    public bool Holds(CheckpointRecord checkpoint) => Holds(checkpoint.Phase, checkpoint.Step);

    public bool Holds(string phase, long step) => Kept.Any(kept => kept.Phase == phase && kept.Step == step);

    /// <summary>The best-scored checkpoint of a phase, or its newest while none is scored; null before its first.</summary>
    public CheckpointRecord? Best(string phase) => Ranked(phase).FirstOrDefault() ?? Newest(phase);

    private ImmutableDictionary<string, string> Starts { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Notes what a phase starts from: a candidate for its result, ranked by the validation of step 0.</summary>
    /// <param name="folder">Null for fresh weights, which are nobody's result.</param>
    public CheckpointCatalog Started(string phase, string? folder) => folder is null ? this : this with { Starts = Starts.SetItem(phase, folder) };

    /// <summary>
    /// Folder of what a phase has come to: its best checkpoint, or what it started from while no ranked checkpoint is better than that; null
    /// when there is neither. Where nothing was validated it is the newest checkpoint.
    /// </summary>
    public string? Result(string phase)
    {
        var start = Starts.GetValueOrDefault(phase);
        if (start is null || ScoreOf(phase, 0) is not { } before) return Best(phase)?.Folder ?? start;
        return Ranked(phase).FirstOrDefault() is { } best && ScoreOf(phase, best.Step) > before ? best.Folder : start;
    }

    /// <summary>What the validation after a step found; null when there was none, or none that ranks.</summary>
    public double? ScoreOf(string phase, long step) => Scores.TryGetValue((phase, step), out var score) ? score : null;

    private ImmutableHashSet<string> Damaged { get; init; } = [];

    /// <summary>Takes a checkpoint out that cannot be read any more.</summary>
    public CheckpointCatalog WithDamaged(string folder) =>
        this with { Kept = Kept.RemoveAll(checkpoint => checkpoint.Folder == folder), Damaged = Damaged.Add(folder) };

    /// <summary>True for a checkpoint that was taken out because it is damaged.</summary>
    public bool IsDamaged(CheckpointRecord checkpoint) => Damaged.Contains(checkpoint.Folder);

    /// <summary>
    /// True for the folder of a checkpoint that is not kept and never will be, because a newer one of its phase is. Of one that is newer than those
    /// the report may be on its way, and a damaged one stays for whoever can mend it.
    /// </summary>
    public bool IsSuperfluous(string folder) => CheckpointFiles.PlaceOf(folder) is (var phase, var step)
        && Newest(phase)?.Step > step && !Holds(phase, step) && !Damaged.Contains(folder);

    // One that is written again in the same place is whole again.
    public CheckpointCatalog With(CheckpointRecord checkpoint) => Holds(checkpoint)
        ? this : this with { Kept = Kept.Add(checkpoint), Damaged = Damaged.Remove(checkpoint.Folder) };

    /// <summary>Notes what the validation after a step found; a checkpoint of that step, earlier or later, is ranked by it.</summary>
    /// <param name="score">Higher is better.</param>
    public CheckpointCatalog Scored(string phase, long step, double score) => this with { Scores = Scores.SetItem((phase, step), score) };

    /// <summary>Forgets how a phase's checkpoints rank.</summary>
    public CheckpointCatalog WithoutScores(string phase) => this with { Scores = Scores.RemoveRange(Scores.Keys.Where(key => key.Phase == phase)) };

    /// <summary>
    /// Drops what retention does not keep of a phase. The newest <see cref="CheckpointsSpec.KeepLast"/> and the best
    /// <see cref="CheckpointsSpec.KeepBest"/> stay, and always the newest.
    /// </summary>
    /// <param name="inUse">Folders that members may be loading: they stay whatever the rules say.</param>
    public CheckpointCatalog Retain(string phase, CheckpointsSpec rules, params IReadOnlyCollection<string?> inUse)
    {
        var ofPhase = Kept.Where(checkpoint => checkpoint.Phase == phase).ToList();
        var stay = ofPhase.TakeLast(Math.Max(1, rules.KeepLast)).Concat(Ranked(phase).Take(rules.KeepBest))
            .Concat(ofPhase.Where(checkpoint => inUse.Contains(checkpoint.Folder))).ToHashSet();
        return this with { Kept = Kept.RemoveAll(checkpoint => checkpoint.Phase == phase && !stay.Contains(checkpoint)) };
    }

    private IEnumerable<CheckpointRecord> Ranked(string phase) => CheckpointRanking.BestFirst(
        Kept.Where(checkpoint => checkpoint.Phase == phase), checkpoint => ScoreOf(phase, checkpoint.Step), checkpoint => checkpoint.Step);
}
