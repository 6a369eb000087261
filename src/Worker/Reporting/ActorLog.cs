using Microsoft.Extensions.Logging;

namespace DistTrain.Worker.Reporting;

/// <summary>Every line that the worker's actor logs.</summary>
internal static partial class ActorLog
{
    [LoggerMessage(4401, LogLevel.Information, "The coordinator has this worker on its roster as {Worker}.")]
    public static partial void OnRoster(ILogger log, string worker);

    [LoggerMessage(4402, LogLevel.Information, "Another coordinator answers; this worker is on its roster, and what it trains goes on.")]
    public static partial void CoordinatorChanged(ILogger log);

    [LoggerMessage(4403, LogLevel.Warning,
        "No coordinator takes what this worker reports: reports of steps are dropped, the oldest first, from step {FirstStep} of generation " +
        "{Generation} on.")]
    public static partial void ReportsDropped(ILogger log, long firstStep, int generation);

    [LoggerMessage(4405, LogLevel.Warning,
        "The coordinator has all that this worker reported but {Count} reports of steps, the last of step {LastStep} of generation {Generation}: " +
        "they were dropped while no coordinator took them.")]
    public static partial void ReportsWereDropped(ILogger log, long count, long lastStep, int generation);

    [LoggerMessage(4406, LogLevel.Warning, "Generation {Generation} is not started: {Because}")]
    public static partial void StartRefused(ILogger log, int generation, string because);

    [LoggerMessage(4404, LogLevel.Information, "The generation is to end: {Because}")]
    public static partial void Stopping(ILogger log, string because);

    [LoggerMessage(4407, LogLevel.Warning, "No coordinator has answered for {Seconds:0} s. {Findings} What is being trained goes on.")]
    public static partial void CoordinatorSilent(ILogger log, double seconds, string findings);

    [LoggerMessage(4408, LogLevel.Information, "A coordinator answers again.")]
    public static partial void CoordinatorAnswers(ILogger log);

    [LoggerMessage(4409, LogLevel.Warning,
        "The coordinator at {Address} is in another cluster than this worker; the worker leaves its own and joins that one.")]
    public static partial void JoinsTheCoordinator(ILogger log, string address);

    [LoggerMessage(4410, LogLevel.Warning,
        "The coordinator that answers now has another journal than the one that started generation {Generation} of job {Job}. This worker trains " +
        "on, keeps its reports, and takes nothing from that coordinator until the generation has ended.")]
    public static partial void ForeignCoordinator(ILogger log, string job, int generation);

    [LoggerMessage(4412, LogLevel.Warning,
        "A message of the kind {Kind} from {Sender} is dropped: what is trained here, only a coordinator of this worker's cluster says.")]
    public static partial void StrangerDropped(ILogger log, string kind, string sender);

    [LoggerMessage(4411, LogLevel.Warning,
        "{Count} reports were for a coordinator with another journal than the one that this worker trains for now; they are abandoned.")]
    public static partial void ReportsAbandoned(ILogger log, int count);
}
