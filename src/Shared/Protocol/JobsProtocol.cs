using DistTrain.Shared.Jobs;

namespace DistTrain.Shared.Protocol;

/// <summary>Client and coordinator, about jobs. Each request is one question with one answer; nothing is pushed.</summary>
public static class JobsProtocol
{
    /// <summary>What a client asks. It goes to the coordinator, again and again until an answer comes.</summary>
    public interface IQuestion : IWireMessage;

    /// <summary>What the coordinator answers to the client that has asked; each says below to which question.</summary>
    public interface IAnswer : IWireMessage;

    /// <summary>Answered by <see cref="JobAccepted"/> once the job is stored, or by <see cref="JobRefused"/>.</summary>
    /// <param name="Spec">Text of the job file, YAML or JSON.</param>
    /// <param name="FileName">Its name, for the sentences about it.</param>
    /// <param name="DataRoot">Folder that relative data paths start from, as the coordinator sees it; null: the coordinator's own.</param>
    /// <param name="RequestId">Names the submission: sent again, it finds the job that it made, whether that has ended or not.</param>
    /// <param name="Start">What the job starts from, as the coordinator sees it, in place of the file's key; null: what that says.</param>
    public sealed record SubmitJob(
        string Spec, [property: AtMost(Limits.PathCharacters)] string FileName, [property: AtMost(Limits.PathCharacters)] string? DataRoot,
        [property: AtMost(Limits.NameCharacters)] string RequestId, [property: AtMost(Limits.PathCharacters)] string? Start = null) : IQuestion;

    /// <summary>Answers <see cref="SubmitJob"/> and <see cref="ResumeJob"/>: what was asked for is stored.</summary>
    /// <param name="Existing">True when the submission found a job that it had made before, or the job was resumed.</param>
    /// <param name="Warnings">What in the job file does nothing where it stands, and did not before in a job that is taken up; a sentence each; null:
    /// nothing.</param>
    public sealed record JobAccepted(JobId Job, string RunFolder, bool Existing, IReadOnlyList<string>? Warnings = null) : IAnswer;

    /// <summary>
    /// Answers whatever asks for what is not possible: submissions, examinations, changes, and questions about a job whose journal cannot be read.
    /// </summary>
    /// <param name="Problems">One sentence each.</param>
    public sealed record JobRefused(IReadOnlyList<string> Problems) : IAnswer;

    /// <summary>
    /// What a submission would make; nothing is stored. Answered by <see cref="JobExamined"/>, or by <see cref="JobRefused"/> as the
    /// submission would be. The parameters are those of <see cref="SubmitJob"/>.
    /// </summary>
    public sealed record ExamineJob(string Spec, string FileName, string? DataRoot, string? Start = null) : IQuestion;

    /// <summary>Answers <see cref="ExamineJob"/>.</summary>
    /// <param name="Spec">The job as canonical JSON, with the checkpoint that its start stands for, and that one's model and tokenizer.</param>
    public sealed record JobExamined(string Spec) : IAnswer;

    /// <summary>Answered by <see cref="JobsListed"/>, at once, with the newest that each job told.</summary>
    /// <param name="After">Id of the last job of the page before; null at first.</param>
    /// <param name="DataRoot">A folder for data paths to start from, as in <see cref="SubmitJob"/>; null: the coordinator's own.</param>
    public sealed record ListJobs(string? After = null, [property: AtMost(Limits.PathCharacters)] string? DataRoot = null) : IQuestion;

    /// <summary>Answers <see cref="ListJobs"/>: one page, in the order of the jobs' ids.</summary>
    /// <param name="More">True when further jobs come after it.</param>
    /// <param name="DataRoot">Full path of the folder that was asked about: what a job submitted with it would have.</param>
    public sealed record JobsListed(IReadOnlyList<JobStatus> Jobs, bool More = false, string DataRoot = "") : IAnswer;

    /// <summary>Answered by <see cref="JobStatus"/> or <see cref="JobUnknown"/>.</summary>
    public sealed record GetStatus(JobId Job) : IQuestion;

    /// <summary>Answers <see cref="GetStatus"/>: where a job stands.</summary>
    /// <param name="Because">Why it waits or is paused, or how it ended; empty otherwise.</param>
    /// <param name="Phase">Name of the phase it is in or ended in; empty before the first.</param>
    /// <param name="Checkpoint">Folder of its newest checkpoint, of a completed job of its result; null before the first.</param>
    /// <param name="Seconds">From submission until now or until its end.</param>
    /// <param name="LastStep">The newest step of the phase that its coordinator has heard of; null before the first.</param>
    /// <param name="Metrics">What the last validation of the phase found, by name; null before the first.</param>
    public sealed record JobStatus(
        JobId Job, string Name, JobStage Status, string Because, string Phase, long Step, long TotalSteps, int Generation, int Workers,
        string? Checkpoint, string RunFolder, double Seconds, IReadOnlyList<PhaseReport> Phases,
        StepRecord? LastStep = null, IReadOnlyDictionary<string, double>? Metrics = null) : IAnswer;

    /// <summary>One phase that has been completed.</summary>
    /// <param name="Metrics">Of its last validation.</param>
    /// <param name="BesideStart">As in <see cref="JobEvents.PhaseCompleted"/>.</param>
    public sealed record PhaseReport(string Name, long Steps, double Loss, IReadOnlyDictionary<string, double> Metrics, string? BesideStart = null);

    /// <summary>Answered by <see cref="JobHistory"/> or <see cref="JobUnknown"/>.</summary>
    /// <param name="After">Events that come before the page.</param>
    /// <param name="Last">In place of <paramref name="After"/>, how many of the last events the page begins with; 0: that.</param>
    public sealed record GetHistory(JobId Job, long After = 0, long Last = 0) : IQuestion;

    /// <summary>Answers <see cref="GetHistory"/>: one page of a job's events, oldest first.</summary>
    /// <param name="After">Events before the page.</param>
    /// <param name="Total">Events of the job so far.</param>
    public sealed record JobHistory(JobId Job, IReadOnlyList<HistoryLine> Lines, long After = 0, long Total = 0) : IAnswer;

    /// <param name="Fields">The event's own fields as a JSON object; null from a coordinator that does not tell them, and where there are
    /// none.</param>
    public sealed record HistoryLine(DateTimeOffset At, string Event, string Text, string? Fields = null);

    /// <summary>
    /// What has happened since <paramref name="After"/>; asked again and again by a watcher. Answered by <see cref="Feed"/>.
    /// </summary>
    /// <param name="FeedId">Of the answer before, empty at first: numbers of another feed (an earlier life of the coordinator) mean nothing.</param>
    public sealed record ReadFeed(JobId Job, string FeedId, long After) : IQuestion;

    /// <summary>Answers <see cref="ReadFeed"/>.</summary>
    /// <param name="Ended">True when the job has ended, or is paused, and every item has been read.</param>
    public sealed record Feed(JobId Job, string FeedId, IReadOnlyList<FeedItem> Items, bool Ended) : IAnswer;

    /// <summary>One thing that happened: exactly one of the last three is set.</summary>
    /// <param name="Generation">0 before the first.</param>
    public sealed record FeedItem(
        long Number, string Phase, int Generation, int Workers, long TotalSteps, StepRecord? Step, ValidationRecord? Validation, HistoryLine? Event);

    /// <summary>
    /// Answered by <see cref="JobCancelAccepted"/>, <see cref="JobUnknown"/>, or <see cref="JobRefused"/> where its journal cannot be read.
    /// </summary>
    public sealed record CancelJob(JobId Job, string Because) : IQuestion;

    /// <summary>Answers <see cref="CancelJob"/>.</summary>
    /// <param name="Status">What the job is after it: cancelled, or how it had ended before.</param>
    public sealed record JobCancelAccepted(JobId Job, JobStage Status) : IAnswer;

    /// <summary>
    /// Leave a job's workers to others until it is taken up again. Answered by <see cref="JobPauseAccepted"/> once that is stored, by
    /// <see cref="JobUnknown"/>, or by <see cref="JobRefused"/> where its journal cannot be read.
    /// </summary>
    public sealed record PauseJob(JobId Job, string Because) : IQuestion;

    /// <summary>Answers <see cref="PauseJob"/>.</summary>
    /// <param name="Status">What the job is after it: paused, or how it had ended before.</param>
    public sealed record JobPauseAccepted(JobId Job, JobStage Status) : IAnswer;

    /// <summary>Answers every question about a job that the coordinator does not have.</summary>
    public sealed record JobUnknown(JobId Job) : IAnswer;

    /// <summary>
    /// Answered by <see cref="JobSpecification"/>, <see cref="JobUnknown"/>, or <see cref="JobRefused"/> where its journal cannot be read.
    /// </summary>
    public sealed record GetSpec(JobId Job) : IQuestion;

    /// <summary>Answers <see cref="GetSpec"/>.</summary>
    /// <param name="Spec">What the job is to do, as canonical JSON.</param>
    /// <param name="DataRoot">Folder that its relative data paths start from.</param>
    public sealed record JobSpecification(JobId Job, string Spec, string DataRoot) : IAnswer;

    /// <summary>
    /// Take up a job that has ended or is paused, or change one that is neither. Answered by <see cref="JobAccepted"/> once that is stored, by
    /// <see cref="JobRefused"/> with the reasons, or by <see cref="JobUnknown"/>. A job that is as it is asked to be is accepted as it is.
    /// </summary>
    /// <param name="Spec">Text of a job file, YAML or JSON: what the job is to do from now on.</param>
    /// <param name="Because">One sentence for the journal.</param>
    /// <param name="FileName">Name of the file, for the sentences about it; null: it is the job's own, edited by options.</param>
    public sealed record ResumeJob(JobId Job, string Spec, string Because, string? FileName = null) : IQuestion;

    /// <summary>Instead of any answer: the coordinator lives, but cannot use its journal. To be asked again.</summary>
    /// <param name="Because">Why, as a sentence with the remedy.</param>
    public sealed record JournalUnavailable(string Because) : IAnswer;

    /// <summary>Answered by <see cref="WorkersListed"/>.</summary>
    public sealed record ListWorkers : IQuestion;

    /// <summary>Answers <see cref="ListWorkers"/>.</summary>
    public sealed record WorkersListed(IReadOnlyList<WorkerStatus> Workers) : IAnswer;

    /// <param name="Job">The job it works for, null when idle.</param>
    /// <param name="SilentSeconds">Since it was last heard.</param>
    public sealed record WorkerStatus(WorkerId Worker, string Host, int DataPort, string Device, int Cores, JobId? Job, int Generation,
        double SilentSeconds);
}
