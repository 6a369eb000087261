using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Reading;

namespace DistTrain.Shared.Checkpoints;

/// <summary>Chooses among the checkpoints of one phase of a run.</summary>
public static class CheckpointChoice
{
    /// <param name="run">As in <see cref="CheckpointLocation.OfRun"/>.</param>
    /// <param name="phase">Name of the phase; null for the last that has a checkpoint.</param>
    /// <param name="last">How many of the newest; null for no choice by age.</param>
    /// <param name="best">How many of the best by the phase's metric, as retention ranks them; null for no choice by metric.</param>
    /// <param name="tell">As in <see cref="CheckpointLocation.OfRun"/>.</param>
    /// <returns>Full paths, in the order of the choice; all of the phase where neither number is given.</returns>
    /// <exception cref="NoCheckpointException">The run has no such phase, or fewer such checkpoints.</exception>
    public static IReadOnlyList<string> Of(string run, string? phase, int? last, int? best, Action<string> tell)
    {
        var found = CheckpointLocation.OfRun(run, tell).Select(folder => (Folder: folder, State: CheckpointState.Read(folder)));
        var all = CheckpointRanking.NewestFirst(found, checkpoint => checkpoint.State).ToList();
        var ofPhase = all.Where(checkpoint => checkpoint.State.Phase == (phase ?? all[0].State.Phase)).ToList();
        if (ofPhase.Count == 0)
            throw new NoCheckpointException($"The run '{run}' has no checkpoint of phase '{phase}'. It has some of: " +
                $"{string.Join(", ", all.Select(checkpoint => checkpoint.State.Phase).Distinct())}.");
        if (last is { } count) return Taken(ofPhase, count, "", "Ask for fewer, or let the job keep more with checkpoints.keep_last.");
        if (best is not { } bestCount) return [.. ofPhase.Select(checkpoint => checkpoint.Folder)];

        var spec = Spec(ofPhase[0].Folder, ofPhase[0].State.PhaseIndex);
        var ranked = CheckpointRanking.BestFirst(ofPhase, checkpoint => spec.Score(checkpoint.State.Metrics), checkpoint => checkpoint.State.Step);
        return Taken([.. ranked], bestCount, $" with a {spec.Validate.Metric} of its own",
            "Ask for fewer, let the job keep more with checkpoints.keep_best, or let it validate each step that has a checkpoint.");
    }

    private static List<string> Taken(IReadOnlyList<(string Folder, CheckpointState State)> checkpoints, int count, string kind, string remedy) =>
        checkpoints.Count >= count
        ? [.. checkpoints.Take(count).Select(checkpoint => checkpoint.Folder)]
        : throw new NoCheckpointException($"{count} checkpoints were asked for, but the phase has {checkpoints.Count}{kind}. {remedy}");

    private static PhaseSpec Spec(string folder, int phaseIndex)
    {
        var file = CheckpointFiles.JobOf(folder);
        var read = JobSpecReader.Read(File.ReadAllText(file), file);
        return read.Spec?.Phases[phaseIndex] ?? throw new NoCheckpointException(string.Join(Environment.NewLine, read.Problems));
    }
}
