using System.Text.RegularExpressions;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Recovery;

/// <summary>
/// The one place that says what becomes of a job when a generation ends: a function of who failed, how and how often. Only what the job's own file
/// causes fails it.
/// </summary>
public static partial class FailurePolicy
{
    /// <summary>After so many generations in a row that left the job where they had begun, it is paused.</summary>
    public const int MostFruitless = 10;

    /// <summary>When so many workers fail alike, it is not the workers.</summary>
    public const int AlikeFaults = 3;

    /// <summary>The second try in a row waits this long, each further one twice as long; the first is made at once.</summary>
    public static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);

    public static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(60);

    /// <summary>How long a worker is left out for its first fault; twice as long for each further one.</summary>
    public static readonly TimeSpan FirstLeave = TimeSpan.FromMinutes(1);

    public static readonly TimeSpan LongestLeave = TimeSpan.FromMinutes(30);

    /// <param name="before">What failed before.</param>
    /// <param name="step">The last step of the phase that is known to be done.</param>
    public static FailureDecision Decide(Failures before, GenerationEnd end, long step, DateTimeOffset now)
    {
        if (end.Cause == EndCause.JobAtFault) return new FailureDecision.Fail(end.Because);
        if (end.Cause == EndCause.Asked) return new FailureDecision.TryAgain(TimeSpan.Zero);
        if (Alike(before, end) is { } workers)
            return new FailureDecision.Pause($"{string.Join(", ", workers)} failed alike, so it is not the worker. {end.Because}");
        if (before.Fruitless + 1 >= MostFruitless)
            return new FailureDecision.Pause(
                $"{MostFruitless} generations in a row ended without a checkpoint; the last one because: {end.Because}");
        if (end.Faults.Count > 0)
            return new FailureDecision.LeaveOut(
                [.. end.Faults.Select(fault => (fault, now + Doubled(FirstLeave, before.FaultsOf(fault.Worker), LongestLeave)))]);
        // A generation that trained a while was worth its start; what costs is to start in vain again and again.
        var idle = step > before.BegunAt ? 0 : before.Idle;
        return new FailureDecision.TryAgain(idle == 0 ? TimeSpan.Zero : Doubled(FirstDelay, idle - 1, LongestDelay));
    }

    /// <summary>The workers that failed in the same way since the job last got further; null when they are too few to blame anything else.</summary>
    private static IReadOnlyList<WorkerId>? Alike(Failures before, GenerationEnd end)
    {
        var faults = before.Workers.Where(known => known.At >= before.ProgressAt).Select(known => new WorkerFault(known.Worker, known.Because))
            .Concat(end.Faults).ToList();
        return end.Faults
            .Select(fault => faults.Where(other => Kind(other) == Kind(fault)).Select(other => other.Worker).Distinct().Order().ToList())
            .FirstOrDefault(alike => alike.Count >= AlikeFaults);
    }

    // Numbers and names differ where the fault is the same.
    private static string Kind(WorkerFault fault) =>
        Numbers().Replace(fault.Because.Replace(fault.Worker.Value, "", StringComparison.Ordinal), "#");

    private static TimeSpan Doubled(TimeSpan first, int times, TimeSpan longest) =>
        TimeSpan.FromSeconds(Math.Min(first.TotalSeconds * Math.Pow(2, times), longest.TotalSeconds));

    [GeneratedRegex(@"[0-9]+")]
    private static partial Regex Numbers();
}
