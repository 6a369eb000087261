using Microsoft.Extensions.Logging;

namespace DistTrain.Worker.Logging;

/// <summary>Every line that a worker logs, with its number. Numbers are stable: people filter by them.</summary>
internal static partial class LogMessages
{
    [LoggerMessage(4001, LogLevel.Warning, "The data plane refused a link from worker {From} for generation {Generation} of job {Job}: {Because}.")]
    public static partial void LinkRefused(ILogger log, string from, string job, int generation, string because);

    [LoggerMessage(4002, LogLevel.Warning, "The data plane dropped a link that {Because}.")]
    public static partial void LinkDropped(ILogger log, string because);

    [LoggerMessage(4003, LogLevel.Error,
        "The data plane on {Host}:{Port} cannot take a link ({Because}); it goes on listening. If it is out of file descriptors, raise the limit " +
        "(ulimit -n).")]
    public static partial void LinkNotAccepted(ILogger log, string host, int port, string because);

    [LoggerMessage(4100, LogLevel.Information, "The ring is closed; gradients go to {Successor} {How}.")]
    public static partial void RingClosed(ILogger log, string successor, string how);

    [LoggerMessage(4107, LogLevel.Information, "The state of step {Done} came from {Worker} ({Megabytes:0.0} MB in {Seconds:0.00} s).")]
    public static partial void StateTransferred(ILogger log, long done, string worker, double megabytes, double seconds);

    [LoggerMessage(4108, LogLevel.Information, "The state of job {Job} in this worker's memory is let go of: the job has ended.")]
    public static partial void StateLetGo(ILogger log, string job);

    [LoggerMessage(4109, LogLevel.Information, "Ready to join generation {Generation} ({Seconds:0.0} s).")]
    public static partial void Prepared(ILogger log, int generation, double seconds);

    [LoggerMessage(4110, LogLevel.Warning, "It could not be made ready for the generation that comes next.")]
    public static partial void NotPrepared(ILogger log, Exception cause);

    [LoggerMessage(4111, LogLevel.Information, "From step {Step} on the batches are split by the workers' speeds: {Shares}.")]
    public static partial void SharesChanged(ILogger log, long step, string shares);

    [LoggerMessage(4112, LogLevel.Warning, "The state in this worker's memory cannot be read, and is not counted on.")]
    public static partial void StateUnreadable(ILogger log, Exception cause);

    [LoggerMessage(4101, LogLevel.Warning, "{Sentence} The generation ends here; the coordinator forms the next one.")]
    public static partial void RingBroken(ILogger log, string sentence);

    [LoggerMessage(4102, LogLevel.Error, "Training failed.")]
    public static partial void TrainingFailed(ILogger log, Exception cause);

    [LoggerMessage(4103, LogLevel.Warning,
        "Waits for worker {Neighbour} at step {Step}, bucket {Bucket}, hop {Hop}, for {Seconds:0.0} s so far, which is longer than usual. It " +
        "lives, and has been at work in step {StepOfNeighbour} for {WorkSeconds:0.0} s.")]
    public static partial void NeighbourSlow(ILogger log, string neighbour, long step, int bucket, int hop, double seconds, long stepOfNeighbour,
        double workSeconds);

    [LoggerMessage(4104, LogLevel.Information, "Worker {Neighbour} goes on at step {Step}, bucket {Bucket}, hop {Hop}, after {Seconds:0.0} s.")]
    public static partial void NeighbourGoesOn(ILogger log, string neighbour, long step, int bucket, int hop, double seconds);

    [LoggerMessage(4201, LogLevel.Information, "Wrote checkpoint {Folder} ({Megabytes:0.0} MB in {Seconds:0.00} s).")]
    public static partial void CheckpointWritten(ILogger log, string folder, double megabytes, double seconds);

    [LoggerMessage(4202, LogLevel.Error, "{Sentence}")]
    public static partial void CheckpointFailed(ILogger log, string sentence);

    [LoggerMessage(4203, LogLevel.Warning,
        "The checkpoint of step {Step} is left out: that of step {StepBefore} is still being written. Training goes on; raise " +
        "checkpoints.every_steps, or use a faster disk.")]
    public static partial void CheckpointLeftOut(ILogger log, long step, long stepBefore);

    [LoggerMessage(4204, LogLevel.Warning, "The checkpoint of step {Step}, which could not be written, is given up: the generation ends.")]
    public static partial void CheckpointAbandoned(ILogger log, long step);

    [LoggerMessage(4301, LogLevel.Information,
        "Joins generation {Generation} as member {Rank} of {Members} ({Workers}), on {Device} with {Threads} processor threads, multiplying in " +
        "{Precision}.")]
    public static partial void GenerationJoined(ILogger log, int generation, int rank, int members, string workers, string device, int threads,
        string precision);

    [LoggerMessage(4302, LogLevel.Information,
        "Phase {Phase} starts at step {Step} of {TotalSteps}: {Examples} examples, {Parameters} parameters, from {Origin}.")]
    public static partial void PhaseStarts(ILogger log, string phase, long step, long totalSteps, int examples, long parameters, string origin);

    [LoggerMessage(4303, LogLevel.Information,
        "Step {Step} of {TotalSteps}: loss {Loss:0.000}, {TokensPerSecond:0} target tokens/s, gradient norm {GradientNorm:0.000}, learning rate " +
        "{LearningRate:0.00e+0}; {DataShare:0.0 %} of the time since the line before went into waiting for data, {RingShare:0.0 %} into waiting " +
        "for the ring.")]
    public static partial void StepDone(ILogger log, long step, long totalSteps, double loss, double tokensPerSecond, double gradientNorm,
        double learningRate, double dataShare, double ringShare);

    [LoggerMessage(4304, LogLevel.Warning, "Step {Step} was skipped on every member: loss {Loss}, gradient norm {GradientNorm}.")]
    public static partial void StepSkipped(ILogger log, long step, double loss, double gradientNorm);

    [LoggerMessage(4305, LogLevel.Information, "Validation after step {Step} of phase {Phase}: {Metrics} ({Seconds:0.0} s).")]
    public static partial void Validated(ILogger log, long step, string phase, string metrics, double seconds);

    [LoggerMessage(4306, LogLevel.Information, "Phase {Phase} is finished after step {Step} of {TotalSteps}, with loss {Loss:0.000}.")]
    public static partial void PhaseFinished(ILogger log, string phase, long step, long totalSteps, double loss);

    [LoggerMessage(4307, LogLevel.Error, "{Sentence} The generation ends here; the coordinator goes further back.")]
    public static partial void CheckpointUnusable(ILogger log, string sentence);

    [LoggerMessage(4308, LogLevel.Warning, "There was not enough memory for a piece of {Tokens} tokens: {Cause}")]
    public static partial void NotEnoughMemory(ILogger log, int tokens, string cause);

    [LoggerMessage(4309, LogLevel.Warning,
        "Step {Step} needs more memory than {Workers} has. Every member does it again, and goes on, in pieces of {Tokens} tokens instead of " +
        "{TokensBefore}.")]
    public static partial void StepInSmallerPieces(ILogger log, long step, string workers, int tokens, int tokensBefore);

    [LoggerMessage(4310, LogLevel.Warning,
        "The node ends, but training has not ended within {Seconds:0} s of being told to. What was trained since the last checkpoint is trained " +
        "again.")]
    public static partial void TrainingDidNotEnd(ILogger log, double seconds);

    [LoggerMessage(4311, LogLevel.Warning,
        "The reference's scores cannot be kept in '{File}' ({Because}). Training goes on, and a generation that comes after this one computes them " +
        "again. Free space there, or make the folder writable.")]
    public static partial void ScoresNotKept(ILogger log, string file, string because);

    [LoggerMessage(4312, LogLevel.Warning,
        "The reference's scores cannot be read from '{File}' ({Because}) and are computed again. Make the file readable, or delete it.")]
    public static partial void ScoresNotRead(ILogger log, string file, string because);

    [LoggerMessage(4313, LogLevel.Warning, "{Sentence} The key is validate.tokenize.")]
    public static partial void TokenizationDoesNotFit(ILogger log, string sentence);

    [LoggerMessage(4501, LogLevel.Information, "This worker sees the job's folder {Folder} and uses it.")]
    public static partial void FolderSeen(ILogger log, string folder);

    [LoggerMessage(4502, LogLevel.Information,
        "This worker does not see the job's folder {Folder}: it fetched {Megabytes:0.0} MB from the coordinator's store at {Address} in " +
        "{Seconds:0.00} s, and keeps them in {Cache}.")]
    public static partial void FolderFetched(ILogger log, string folder, double megabytes, string address, double seconds, string cache);

    [LoggerMessage(4503, LogLevel.Information, "Brought checkpoint {Folder} to the coordinator's store at {Address} ({Megabytes:0.0} MB in " +
        "{Seconds:0.00} s).")]
    public static partial void CheckpointBrought(ILogger log, string folder, double megabytes, string address, double seconds);

    [LoggerMessage(4504, LogLevel.Warning, "{Sentence} It is tried again.")]
    public static partial void FetchTriedAgain(ILogger log, string sentence);
}
