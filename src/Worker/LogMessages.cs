using Microsoft.Extensions.Logging;

namespace DistTrain.Worker;

/// <summary>Every line that a worker logs, with its number. Numbers are stable: people filter by them.</summary>
internal static partial class LogMessages
{
    [LoggerMessage(4001, LogLevel.Warning, "The data plane refused a link from worker {From} for generation {Generation} of job {Job}: {Because}.")]
    public static partial void LinkRefused(ILogger log, string from, string job, int generation, string because);

    [LoggerMessage(4002, LogLevel.Warning, "The data plane dropped a link that {Because}.")]
    public static partial void LinkDropped(ILogger log, string because);

    [LoggerMessage(4003, LogLevel.Error, "The data plane on {Host}:{Port} ended ({Because}); this worker can join no further ring.")]
    public static partial void DataPlaneEnded(ILogger log, string host, int port, string because);

    [LoggerMessage(4101, LogLevel.Warning, "{Sentence} The generation ends here; the coordinator forms the next one.")]
    public static partial void RingBroken(ILogger log, string sentence);

    [LoggerMessage(4102, LogLevel.Error, "Training failed.")]
    public static partial void TrainingFailed(ILogger log, Exception cause);
}
