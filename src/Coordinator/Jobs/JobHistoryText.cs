using System.Globalization;
using DistTrain.Shared;
using DistTrain.Shared.Checkpoints;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Reading;
using DistTrain.Shared.Metrics;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Jobs;

/// <summary>Each event as one sentence for the log, the watcher and <c>disttrain history</c>.</summary>
public static class JobHistoryText
{
    public static JobsProtocol.HistoryLine Describe(JobEvents.IJobEvent happened) =>
        new(happened.At, happened.GetType().Name, Readable.Line(happened switch
    {
        JobEvents.JobSubmitted e =>
            Text($"The job is stored; its files lie in {e.RunFolder}, relative data paths start from {e.DataRoot}.{Start(e)}"),
        JobEvents.DataPrepared e =>
            string.Create(CultureInfo.InvariantCulture, $"The data is ready: vocabulary of {e.Data.VocabularySize}, {DataSizes(e)}." +
                $"{string.Concat(e.Data.Warnings().Select(warning => $" Warning: {warning}"))}"),
        JobEvents.PhaseStarted e => e.PhaseStart is null
            ? Text($"Phase {e.Phase} begins with fresh weights.")
            : Path.GetFileName(e.PhaseStart) is var name && name == CheckpointFiles.StartName
                ? Text($"Phase {e.Phase} begins from the checkpoint that the job starts from.")
                : Text($"Phase {e.Phase} begins from {name}."),
        JobEvents.GenerationPlanned e => string.Create(CultureInfo.InvariantCulture,
            $"Generation {e.Generation} is planned with {Members(e.Members.Count)} (" +
                $"{string.Join(", ", e.Members.Select(member => member.Worker))}), {Resume(e)}."),
        JobEvents.GenerationStarted e =>
            Text($"Generation {e.Generation} trains from step {e.Step} to step {e.TotalSteps}.{(e.Doubt is { } doubt ? $" Warning: {doubt}" : "")}"),
        JobEvents.StepsCommitted e => Text($"Step {e.Step} is done, loss {MetricText.Number(e.Loss)}."),
        JobEvents.CheckpointCommitted e =>
            Text($"Checkpoint of step {e.Checkpoint.Step} is committed ({e.Checkpoint.Bytes / 1048576.0:F1} MiB, {e.Checkpoint.Folder})."),
        JobEvents.CheckpointLost e => Text($"Checkpoint {e.Folder} is damaged and no longer counted on; the one before it is used."),
        JobEvents.Validated e =>
            Text($"Validation after step {e.Validation.Step}: {MetricText.Of(e.Validation.Metrics)} ({e.Validation.Seconds:F1} s)."),
        JobEvents.GenerationEnded e => Text($"Generation {e.Generation} ended: {e.Because}{Delay(e)}"),
        JobEvents.WorkerLeftOut e => Text($"Worker {e.Worker} is left out until {e.Until.UtcDateTime:HH:mm:ss} UTC: {e.Because}"),
        JobEvents.JobPaused e => Text($"The job is paused: {e.Because}"),
        JobEvents.PhaseCompleted e => string.Create(CultureInfo.InvariantCulture,
            $"Phase {e.Phase} {e.StoppedEarly ?? $"is completed after {e.Steps} steps"}, last loss {MetricText.Number(e.Loss)}; its result is " +
                $"{Path.GetFileName(e.Checkpoint)}.{(e.BesideStart is { } beside ? " " + beside : "")}"),
        JobEvents.JobCompleted e => Text($"The job is completed; its result is {e.Checkpoint}."),
        JobEvents.JobFailed e => Text($"The job failed: {e.Because}"),
        JobEvents.JobCancelled e => Text($"The job is cancelled: {e.Because}"),
        JobEvents.JobResumed e => Text($"The job goes on: {e.Because}"),
        _ => happened.GetType().Name,
    }), HistoryFields.Of(happened));

    /// <summary>The page of a job's events that a client asks for.</summary>
    public static JobsProtocol.JobHistory Page(JobsProtocol.GetHistory read, IReadOnlyList<JobEvents.IJobEvent> events)
    {
        var after = (int)(read.Last > 0 ? Math.Max(0, events.Count - read.Last) : Math.Min(read.After, events.Count));
        var lines = Enumerable.Range(after, events.Count - after).Select(index => Describe(events[index]));
        // What the sentence says stands in the line's fields once more.
        return new(read.Job, Pages.First(lines, line => 200 + (3 * line.Text.Length)), after, events.Count);
    }

    private static string DataSizes(JobEvents.DataPrepared e) =>
        string.Join("; ", e.Data.Phases.Select(phase => phase.TrainingStores() is var train ? string.Create(CultureInfo.InvariantCulture,
        $"{phase.Phase}: {train.Sum(set => (long)set.Count)} training examples{(train.Count > 1 ? $" of {train.Count} sets" : "")}, " +
            $"{train.Sum(set => set.TargetTokens)} target tokens, {train.Sum(set => (long)set.Dropped)} dropped") : ""));

    /// <summary>What a job was submitted to start from; null for fresh weights.</summary>
    internal static StartSpec? StartOf(JobEvents.JobSubmitted e) => JobSpecReader.Read(e.Spec, $"{e.Job}.json").Spec?.Start;

    private static string Start(JobEvents.JobSubmitted e) => StartOf(e) is { } start
        ? $" It starts from checkpoint {start.Checkpoint}{(start.Optimizer == StartSpec.Keep ? ", with its optimizer" : "")}."
        : "";

    private static string Members(int count) => MetricText.Count(count, "worker");

    private static string Resume(JobEvents.GenerationPlanned e) =>
        e.Holder is { } holder ? Text($"going on after step {e.ResumeStep}, which {holder} holds")
        : e.ResumeFrom is null ? "from the start of the phase" : Text($"going on from the checkpoint of step {e.ResumeStep}");

    private static string Delay(JobEvents.GenerationEnded e) =>
        e.TryAgainAt is { } at ? Text($" It is tried again in {(at - e.At).TotalSeconds:0} s.") : "";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
