using Microsoft.Extensions.Logging;

namespace DistTrain.Coordinator.Logging;

/// <summary>Every line the coordinator logs, but for those that repeat an event of a job (see <see cref="Jobs.JobHistoryText"/>).</summary>
internal static partial class LogMessages
{
    [LoggerMessage(1001, LogLevel.Information, "The coordinator is active with {Jobs} stored jobs.")]
    public static partial void CoordinatorActive(ILogger log, int jobs);

    [LoggerMessage(1002, LogLevel.Information, "Worker {Worker} joined: {Device} on {Host}, data plane port {DataPort}, {Cores} cores.")]
    public static partial void WorkerJoined(ILogger log, string worker, string device, string host, int dataPort, int cores);

    [LoggerMessage(1003, LogLevel.Warning, "Worker {Worker} is gone: {Because}")]
    public static partial void WorkerGone(ILogger log, string worker, string because);

    [LoggerMessage(1004, LogLevel.Warning, "A job file was refused: {Problems}")]
    public static partial void SubmissionRefused(ILogger log, string problems);

    [LoggerMessage(1020, LogLevel.Warning, "The job file of {JobName} says something to no effect: {Warnings}")]
    public static partial void SubmissionWarned(ILogger log, string jobName, string warnings);

    [LoggerMessage(1005, LogLevel.Error,
        "The actor of job {Job} stopped, most likely because the journal could not be written; it starts again from the journal in {Delay}.")]
    public static partial void JobActorStopped(ILogger log, string job, TimeSpan delay);

    [LoggerMessage(1006, LogLevel.Information, "Worker {Worker} is back: its node had left the cluster, its process went on.")]
    public static partial void WorkerRejoined(ILogger log, string worker);

    [LoggerMessage(1007, LogLevel.Warning,
        "Two processes use the worker name {Worker}; the one that came later is counted on. Give each worker a --name of its own.")]
    public static partial void NameTaken(ILogger log, string worker);

    [LoggerMessage(1008, LogLevel.Warning,
        "Worker {Worker} trains job {Job}, which this coordinator's journal does not have. It is left alone, and gets no work from here until it " +
        "has ended. Was the coordinator started with another state folder or database?")]
    public static partial void UnknownJobTrained(ILogger log, string worker, string job);

    [LoggerMessage(1010, LogLevel.Error,
        "Job {JobName} cannot be read from its journal and is listed as unreadable: {Because} The other jobs go on.")]
    public static partial void JobUnreadable(ILogger log, string jobName, string because);

    [LoggerMessage(1011, LogLevel.Error, "A message of the kind {Kind} could not be handled and is dropped.")]
    public static partial void MessageDropped(ILogger log, string kind, Exception failure);

    [LoggerMessage(1012, LogLevel.Warning, "The data port of worker {Worker} could not be dialled: {Because}")]
    public static partial void NotDialled(ILogger log, string worker, string because);

    [LoggerMessage(1013, LogLevel.Warning,
        "Worker {Worker} is not counted on: it names {DataPort} as the port of its data plane, and ports end at 65535. Do all nodes run the same " +
        "version?")]
    public static partial void NoPort(ILogger log, string worker, int dataPort);

    [LoggerMessage(1014, LogLevel.Warning, "Worker {Worker} is not counted on: the cluster has {Most} workers, and more are not taken.")]
    public static partial void TooManyWorkers(ILogger log, string worker, int most);

    [LoggerMessage(1101, LogLevel.Information, "{Text}")]
    public static partial void Happened(ILogger log, string text);

    [LoggerMessage(1102, LogLevel.Information, "The job waits: {Because}")]
    public static partial void JobWaits(ILogger log, string because);

    [LoggerMessage(1103, LogLevel.Information, "Data: {Text}")]
    public static partial void Preparation(ILogger log, string text);

    [LoggerMessage(1111, LogLevel.Warning, "Data: {Text}")]
    public static partial void DataDoubt(ILogger log, string text);

    [LoggerMessage(1105, LogLevel.Warning, "{Because}")]
    public static partial void FolderTrouble(ILogger log, string because);

    [LoggerMessage(1106, LogLevel.Information,
        "Step {Step} of {TotalSteps}: loss {Loss:F3}, {TokensPerSecond:F0} target tokens/s, learning rate {Rate:G3}, gradient norm {Norm:F3}.")]
    public static partial void StepDone(ILogger log, long step, long totalSteps, double loss, double tokensPerSecond, double rate, double norm);

    [LoggerMessage(1107, LogLevel.Warning,
        "Step {Step} was skipped on every member: loss or gradient norm is not finite (loss {Loss}, norm {Norm}).")]
    public static partial void StepSkipped(ILogger log, long step, double loss, double norm);

    [LoggerMessage(1108, LogLevel.Warning, "Steps and validations are missing in '{File}', which cannot be written: {Because} Training goes on.")]
    public static partial void MetricsMissing(ILogger log, string file, string because);

    [LoggerMessage(1109, LogLevel.Warning, "A report of a checkpoint in '{Folder}' is dropped: no checkpoint of this job lies there.")]
    public static partial void CheckpointElsewhere(ILogger log, string folder);

    [LoggerMessage(1110, LogLevel.Warning,
        "A checkpoint in '{Folder}' is reported, but is not to be seen there. It counts when it is. Workers and coordinator need one folder of " +
        "that name.")]
    public static partial void CheckpointMissing(ILogger log, string folder);

    [LoggerMessage(1201, LogLevel.Information, "All members were heard again: the running generation is adopted.")]
    public static partial void GenerationAdopted(ILogger log);

    [LoggerMessage(1202, LogLevel.Warning, "Members that do not answer are given up: {Members}.")]
    public static partial void MembersGivenUp(ILogger log, string members);

    [LoggerMessage(1204, LogLevel.Warning, "A worker that is to join could not get ready: {Because}")]
    public static partial void NewcomerNotReady(ILogger log, string because);

    [LoggerMessage(1203, LogLevel.Information, "The generation is being ended: {Because}")]
    public static partial void GenerationEnding(ILogger log, string because);

    [LoggerMessage(1301, LogLevel.Error,
        "{Because} Jobs wait until the journal can be used again, which is tried each second; what is being trained goes on.")]
    public static partial void JournalTrouble(ILogger log, string because);

    [LoggerMessage(1304, LogLevel.Information, "The journal can be used again.")]
    public static partial void JournalWorks(ILogger log);

    [LoggerMessage(1302, LogLevel.Information, "Cluster members of this coordinator's earlier life are asked first: {Members}.")]
    public static partial void RejoiningMembers(ILogger log, string members);

    [LoggerMessage(1303, LogLevel.Warning,
        "The list of cluster members could not be written to {File}: {Because}. A restarted coordinator would start a cluster of its own.")]
    public static partial void MembersNotWritten(ILogger log, string file, string because);

    [LoggerMessage(1305, LogLevel.Warning, "{Sentence}")]
    public static partial void StoreTrouble(ILogger log, string sentence);
}
