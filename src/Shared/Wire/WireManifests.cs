using System.Collections.Frozen;
using DistTrain.Shared.Protocol;

namespace DistTrain.Shared.Wire;

/// <summary>
/// The allow-list of the wire and of the journal: a short, stable manifest for each message type. No type name is ever written or
/// read, so a peer can name nothing that is not in this list. A manifest is a format: it is never given to another type.
/// </summary>
public static class WireManifests
{
    private static readonly FrozenDictionary<string, Type> TypesByManifest = new Dictionary<string, Type>
    {
        ["jobs.submit"] = typeof(JobsProtocol.SubmitJob),
        ["jobs.accepted"] = typeof(JobsProtocol.JobAccepted),
        ["jobs.refused"] = typeof(JobsProtocol.JobRefused),
        ["jobs.examine"] = typeof(JobsProtocol.ExamineJob),
        ["jobs.examined"] = typeof(JobsProtocol.JobExamined),
        ["jobs.list"] = typeof(JobsProtocol.ListJobs),
        ["jobs.listed"] = typeof(JobsProtocol.JobsListed),
        ["jobs.get-status"] = typeof(JobsProtocol.GetStatus),
        ["jobs.status"] = typeof(JobsProtocol.JobStatus),
        ["jobs.get-history"] = typeof(JobsProtocol.GetHistory),
        ["jobs.history"] = typeof(JobsProtocol.JobHistory),
        ["jobs.read-feed"] = typeof(JobsProtocol.ReadFeed),
        ["jobs.feed"] = typeof(JobsProtocol.Feed),
        ["jobs.cancel"] = typeof(JobsProtocol.CancelJob),
        ["jobs.cancelled"] = typeof(JobsProtocol.JobCancelAccepted),
        ["jobs.unknown"] = typeof(JobsProtocol.JobUnknown),
        ["jobs.journal-unavailable"] = typeof(JobsProtocol.JournalUnavailable),
        ["jobs.list-workers"] = typeof(JobsProtocol.ListWorkers),
        ["jobs.workers"] = typeof(JobsProtocol.WorkersListed),

        ["roster.hello"] = typeof(RosterProtocol.WorkerHello),
        ["roster.known"] = typeof(RosterProtocol.HelloReceived),
        ["roster.let-go"] = typeof(RosterProtocol.LetGo),

        ["training.start"] = typeof(TrainingProtocol.StartGeneration),
        ["training.prepare"] = typeof(TrainingProtocol.PrepareGeneration),
        ["training.prepared"] = typeof(TrainingProtocol.GenerationPrepared),
        ["training.stop"] = typeof(TrainingProtocol.StopGeneration),
        ["training.received"] = typeof(TrainingProtocol.ReportReceived),
        ["training.started"] = typeof(TrainingProtocol.GenerationStarted),
        ["training.refused"] = typeof(TrainingProtocol.GenerationRefused),
        ["training.steps"] = typeof(TrainingProtocol.StepsDone),
        ["training.checkpoint"] = typeof(TrainingProtocol.CheckpointWritten),
        ["training.checkpoint-delayed"] = typeof(TrainingProtocol.CheckpointDelayed),
        ["training.validated"] = typeof(TrainingProtocol.Validated),
        ["training.finished"] = typeof(TrainingProtocol.PhaseFinished),
        ["training.stopped"] = typeof(TrainingProtocol.GenerationStopped),

        ["event.listed"] = typeof(JobEvents.JobListed),
        ["event.journal-named"] = typeof(JobEvents.JournalNamed),
        ["event.submitted"] = typeof(JobEvents.JobSubmitted),
        ["event.data-prepared"] = typeof(JobEvents.DataPrepared),
        ["event.phase-started"] = typeof(JobEvents.PhaseStarted),
        ["event.generation-planned"] = typeof(JobEvents.GenerationPlanned),
        ["event.generation-started"] = typeof(JobEvents.GenerationStarted),
        ["event.steps-committed"] = typeof(JobEvents.StepsCommitted),
        ["event.checkpoint-committed"] = typeof(JobEvents.CheckpointCommitted),
        ["event.checkpoint-lost"] = typeof(JobEvents.CheckpointLost),
        ["event.validated"] = typeof(JobEvents.Validated),
        ["event.generation-ended"] = typeof(JobEvents.GenerationEnded),
        ["event.phase-completed"] = typeof(JobEvents.PhaseCompleted),
        ["event.completed"] = typeof(JobEvents.JobCompleted),
        ["event.failed"] = typeof(JobEvents.JobFailed),
        ["event.cancelled"] = typeof(JobEvents.JobCancelled),

        ["jobs.get-spec"] = typeof(JobsProtocol.GetSpec),
        ["jobs.spec"] = typeof(JobsProtocol.JobSpecification),
        ["jobs.resume"] = typeof(JobsProtocol.ResumeJob),
        ["event.resumed"] = typeof(JobEvents.JobResumed),
        ["event.job-ended"] = typeof(JobEvents.JobEnded),
        ["event.job-reopened"] = typeof(JobEvents.JobReopened),
        ["jobs.pause"] = typeof(JobsProtocol.PauseJob),
        ["jobs.paused"] = typeof(JobsProtocol.JobPauseAccepted),
        ["event.paused"] = typeof(JobEvents.JobPaused),
        ["event.worker-left-out"] = typeof(JobEvents.WorkerLeftOut),
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<Type, string> ManifestsByType =
        TypesByManifest.ToFrozenDictionary(entry => entry.Value, entry => entry.Key);

    /// <summary>Every allowed type, for tests that round-trip each of them.</summary>
    public static IEnumerable<Type> Types => TypesByManifest.Values;

    /// <exception cref="ArgumentException">The type is not on the list.</exception>
    public static string ManifestOf(Type type) => ManifestsByType.TryGetValue(type, out var manifest)
        ? manifest
        : throw new ArgumentException($"{type} is not on the list of wire messages, so it is not sent; add it to {nameof(WireManifests)}.");

    /// <exception cref="ArgumentException">No type has this manifest.</exception>
    public static Type TypeOf(string manifest) => TypesByManifest.TryGetValue(manifest, out var type)
        ? type
        : throw new ArgumentException($"No wire message has the manifest '{manifest}'; the message is dropped. Do all nodes run the same version?");
}
