using Microsoft.Extensions.Logging;

namespace DistTrain.Worker.Reporting;

/// <summary>Every line that the worker's actor logs.</summary>
internal static partial class ActorLog
{
    [LoggerMessage(4401, LogLevel.Information, "The coordinator has this worker on its roster as {WorkerName}.")]
    public static partial void OnRoster(ILogger log, string workerName);

    [LoggerMessage(4402, LogLevel.Information, "Another coordinator answers; this worker is on its roster, and what it trains goes on.")]
    public static partial void CoordinatorChanged(ILogger log);

    [LoggerMessage(4403, LogLevel.Warning, "No coordinator takes what this worker reports: reports of steps are dropped, the oldest first, from step {FirstStep} of generation {Generation} on.")]
    public static partial void ReportsDropped(ILogger log, long firstStep, int generation);

    [LoggerMessage(4405, LogLevel.Warning, "The coordinator has all that this worker reported but {Count} reports of steps, the last of step {LastStep} of generation {Generation}: they were dropped while no coordinator took them.")]
    public static partial void ReportsWereDropped(ILogger log, long count, long lastStep, int generation);

    [LoggerMessage(4406, LogLevel.Warning, "Generation {Generation} is not started: {Because}")]
    public static partial void StartRefused(ILogger log, int generation, string because);

    [LoggerMessage(4404, LogLevel.Information, "The generation is to end: {Because}")]
    public static partial void Stopping(ILogger log, string because);
}
