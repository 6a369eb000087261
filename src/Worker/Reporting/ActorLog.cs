using Microsoft.Extensions.Logging;

namespace DistTrain.Worker.Reporting;

/// <summary>Every line that the worker's actor logs.</summary>
internal static partial class ActorLog
{
    [LoggerMessage(4201, LogLevel.Information, "The coordinator has this worker on its roster as {WorkerName}.")]
    public static partial void OnRoster(ILogger log, string workerName);

    [LoggerMessage(4202, LogLevel.Information, "Another coordinator answers; this worker is on its roster, and what it trains goes on.")]
    public static partial void CoordinatorChanged(ILogger log);

    [LoggerMessage(4203, LogLevel.Warning, "{Count} reports of an earlier generation were never acknowledged and are abandoned.")]
    public static partial void ReportsAbandoned(ILogger log, int count);

    [LoggerMessage(4204, LogLevel.Information, "The generation is to end: {Because}")]
    public static partial void Stopping(ILogger log, string because);
}
