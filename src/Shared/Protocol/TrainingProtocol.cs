using DistTrain.Shared.Datasets.Preparation;

namespace DistTrain.Shared.Protocol;

/// <summary>
/// Coordinator and worker, about one generation: one fixed set of members training one phase of one job. Every message names the
/// job and the generation; one of another generation is dropped by its receiver.
/// </summary>
public static class TrainingProtocol
{
    /// <summary>What the coordinator sends to a member.</summary>
    public interface IToWorker : IWireMessage
    {
        JobId Job { get; }
        int Generation { get; }
    }

    /// <summary>
    /// What a member reports. Reports are numbered from 1 within a generation and sent again until <see cref="ReportReceived"/>
    /// comes, also when the member trains another generation by then, so that nothing is lost while the coordinator restarts; the
    /// coordinator takes each of them any number of times.
    /// </summary>
    public interface IReport : IWireMessage
    {
        JobId Job { get; }
        int Generation { get; }
        WorkerId From { get; }
        long Sequence { get; }
    }

    /// <summary>What a worker tells beside its reports; it is sent once and not kept.</summary>
    public interface IToCoordinator : IWireMessage
    {
        JobId Job { get; }
        int Generation { get; }
    }

    /// <summary>One place in the ring.</summary>
    /// <param name="Host">Where its data plane listens.</param>
    public sealed record Member(WorkerId Worker, string Host, int Port);

    /// <summary>
    /// To each member, repeated until it answers with <see cref="GenerationStarted"/> or <see cref="GenerationRefused"/>. A member takes each
    /// generation of a job once, and none that is older than one that it has taken or was told to stop.
    /// </summary>
    /// <param name="Spec">The job specification as canonical JSON.</param>
    /// <param name="PhaseIndex">0-based index into the job's phases.</param>
    /// <param name="Members">The ring, in order; the receiver is number <paramref name="Rank"/>.</param>
    /// <param name="Threads">Threads for tensor operations, so that members on one host share its cores.</param>
    /// <param name="ResumeFrom">Checkpoint folder of this phase to go on from; null where a member holds the state, and at the phase's start.</param>
    /// <param name="PhaseStart">Checkpoint folder that the phase starts from, also DPO's reference: the result of an earlier phase, or the job's
    /// copy of its start; null: fresh weights.</param>
    /// <param name="RunFolder">The job's folder on the coordinator's disk, as all other paths here are; who sees it uses it.</param>
    /// <param name="LinkToken">What both ends of each link of this generation must show, so that no stranger takes a neighbour's place.</param>
    /// <param name="Held">Which member holds the state to go on from; who does not hold the same gets it from there. Null: none does.</param>
    /// <param name="Known">What of the phase has been reported before; null where nothing is held that could be missing.</param>
    /// <param name="Store">Where members that do not see the job's folder have its files from; null: all members see it.</param>
    public sealed record StartGeneration(
        JobId Job, int Generation, string Spec, int PhaseIndex, PreparedData Data, IReadOnlyList<Member> Members, int Rank, int Threads,
        string? ResumeFrom, string? PhaseStart, string RunFolder, string? LinkToken = null, HeldStart? Held = null, KnownProgress? Known = null,
        StoreAddress? Store = null)
        : IToWorker;

    /// <summary>
    /// To an idle worker that is to join the generation that comes next, while the one before trains, repeated until it answers with
    /// <see cref="GenerationPrepared"/>: load what that takes.
    /// </summary>
    /// <param name="Generation">The generation that comes next.</param>
    /// <param name="Start">What it will be told then, but for the ring and the state to go on from.</param>
    public sealed record PrepareGeneration(JobId Job, int Generation, StartGeneration Start) : IToWorker;

    /// <summary>From a worker, as the answer to <see cref="PrepareGeneration"/>.</summary>
    /// <param name="Because">Why it could not get ready, as a sentence; null when it is.</param>
    public sealed record GenerationPrepared(JobId Job, int Generation, WorkerId From, string? Because = null) : IToCoordinator;

    /// <summary>The state to go on from lies in a member's memory.</summary>
    /// <param name="Worker">The member.</param>
    /// <param name="Step">Steps of the phase that are done in it.</param>
    public sealed record HeldStart(WorkerId Worker, long Step);

    /// <summary>
    /// How much of a phase the coordinator has heard of. The member that holds the state reports what came after: whoever was to report it may have
    /// died with it.
    /// </summary>
    /// <param name="Step">The step up to which all were reported; 0 when the first was not.</param>
    /// <param name="Validation">The step of the newest validation that was; null before the first.</param>
    /// <param name="Checkpoint">The step of the newest checkpoint; 0 before the first.</param>
    public sealed record KnownProgress(long Step, long? Validation, long Checkpoint);

    /// <summary>
    /// To each member: end this generation. Answered by <see cref="GenerationStopped"/>, also by a worker that knows nothing of it.
    /// </summary>
    /// <param name="Because">One sentence for the worker's log.</param>
    /// <param name="Manner">When.</param>
    public sealed record StopGeneration(JobId Job, int Generation, string Because, StopManner Manner = StopManner.Now) : IToWorker;

    /// <summary>When a generation ends that is told to.</summary>
    public enum StopManner
    {
        /// <summary>Each member at once, wherever it is. Its state is that of the last step that was done.</summary>
        Now,

        /// <summary>All members after the same step: the wish travels in the sums that a step makes anyway.</summary>
        AfterStep,

        /// <summary>The same, with a checkpoint of that step.</summary>
        AfterCheckpoint,
    }

    /// <summary>To the member: its report is stored; it need not be sent again.</summary>
    public sealed record ReportReceived(JobId Job, int Generation, long Sequence) : IToWorker;

    /// <summary>
    /// From every member, once, as the answer to <see cref="StartGeneration"/>: it holds the state of <paramref name="Step"/>, its ring is closed and
    /// it trains.
    /// </summary>
    public sealed record GenerationStarted(JobId Job, int Generation, WorkerId From, long Sequence, long Step, long TotalSteps) : IReport;

    /// <summary>
    /// From a member, as the answer to <see cref="StartGeneration"/>: it cannot take part, for it is busy, or the assignment is not usable there.
    /// </summary>
    public sealed record GenerationRefused(JobId Job, int Generation, WorkerId From, long Sequence, string Because) : IReport;

    /// <summary>From rank 0: steps that the whole ring has completed, each exactly once, in order.</summary>
    public sealed record StepsDone(JobId Job, int Generation, WorkerId From, long Sequence, IReadOnlyList<StepRecord> Steps) : IReport;

    /// <summary>From rank 0: a checkpoint lies complete and flushed in its folder.</summary>
    public sealed record CheckpointWritten(JobId Job, int Generation, WorkerId From, long Sequence, CheckpointRecord Checkpoint) : IReport;

    /// <summary>
    /// From rank 0: a checkpoint cannot be written and is tried again by itself; said once, when the reason changes, and each minute. The next
    /// <see cref="CheckpointWritten"/> says that it is over.
    /// </summary>
    /// <param name="Because">A sentence with the remedy.</param>
    public sealed record CheckpointDelayed(JobId Job, int Generation, WorkerId From, long Sequence, long Step, string Because) : IReport;

    /// <summary>From rank 0: the validation sets were scored by the whole ring.</summary>
    public sealed record Validated(JobId Job, int Generation, WorkerId From, long Sequence, ValidationRecord Validation) : IReport;

    /// <summary>From every member: the phase is over and, at rank 0, the checkpoint of its last step written and reported.</summary>
    /// <param name="Step">Its last step: fewer than were planned when its patience is at its end.</param>
    /// <param name="ParametersHash">Hash of the member's weights; all members must report the same.</param>
    public sealed record PhaseFinished(JobId Job, int Generation, WorkerId From, long Sequence, long Step, double Loss, string ParametersHash)
        : IReport;

    /// <summary>From every member: it no longer trains this generation.</summary>
    /// <param name="Because">One sentence.</param>
    /// <param name="Cause">Why, as a closed choice.</param>
    /// <param name="Break">With <see cref="StopCause.RingBroken"/>, what the member saw, and with <see cref="StopCause.WorkerAtFault"/> who is at
    /// fault; null: the member itself, or nobody.</param>
    public sealed record GenerationStopped(
        JobId Job, int Generation, WorkerId From, long Sequence, StopCause Cause, string Because, RingBreak? Break = null) : IReport;

    /// <summary>What a member saw of the end of its ring.</summary>
    /// <param name="Worker">The worker that was missing or at fault, as far as the member can tell.</param>
    /// <param name="Reason">What that worker did or did not do, as the end of a sentence that begins with its name.</param>
    /// <param name="StepsDone">Steps of the phase that are known there to be done; 0 when the ring was never closed.</param>
    public sealed record RingBreak(WorkerId Worker, string Reason, long StepsDone);

    /// <summary>Why a member stopped.</summary>
    public enum StopCause
    {
        /// <summary>It was told to, or its phase is finished.</summary>
        Asked,

        /// <summary>The ring broke: a neighbour is gone or silent. Another try with other members can succeed.</summary>
        RingBroken,

        /// <summary>The checkpoint that it was to resume from is damaged. Another try from an earlier one can succeed.</summary>
        CheckpointDamaged,

        /// <summary>A member failed at what others may be able to do: itself, or the one that <see cref="GenerationStopped.Break"/> names.</summary>
        WorkerAtFault,

        /// <summary>What the job's own file asks for cannot be trained; the same would happen again.</summary>
        JobAtFault,

        /// <summary>The members came to different parameters, and none of them is in the minority.</summary>
        MembersDiffer,

        /// <summary>A member, which the sentence names, is about to end; all stopped after the same step.</summary>
        Left,
    }
}
