using DistTrain.Shared;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Reading;
using DistTrain.Shared.Protocol;

namespace DistTrain.Cli.Client;

/// <summary>A job of the cluster, beside a job file.</summary>
/// <param name="Differences">What the file says otherwise, such as <c>phases[0].steps 6000 -> 3</c>; none when the job is the file's.</param>
/// <param name="SameData">Relative data paths start from the same folder.</param>
internal sealed record FoundJob(JobsProtocol.JobStatus Status, IReadOnlyList<string> Differences, bool SameData)
{
    /// <summary>How the reasons begin for which <c>disttrain run</c> cancels jobs that are to be found no more.</summary>
    public const string Replaced = "Replaced by ";

    public bool IsSame => Differences.Count == 0;

    /// <summary>Those of the differences that going on with the file makes.</summary>
    public IReadOnlyList<string> Changes { get; private init; } = [];

    /// <summary>The checkpoint that the job starts from, where the file names no start: going on with the file leaves it.</summary>
    public string? KeptStart { get; private init; }

    /// <summary>
    /// Model and tokenizer of the file are those of the job, so that it can start from the job's checkpoints; rates of dropout may be others.
    /// </summary>
    public bool IsOfSameModel { get; private init; }

    /// <summary>The file asks for more steps of the job's last phase, or for further phases.</summary>
    public bool IsExtended { get; private init; }

    /// <summary>The checkpoint that the job starts from, where the file has another start or none and nothing else differs; null otherwise.</summary>
    public string? OwnStart { get; init; }

    public bool HasEnded => Status.Status.HasEnded();

    /// <summary>It goes no further by itself.</summary>
    public bool Rests => Status.Status.Rests();

    public bool IsCompleted => Status.Status == JobStage.Completed;

    /// <summary>Such as <c>Job q-1 is unfinished, at step 300 of 6000 of phase pre</c>.</summary>
    public string Describe()
    {
        if (IsCompleted) return $"Job {Status.Job} is completed";
        var stands = Status.Status switch { JobStage.Failed => "failed", JobStage.Cancelled => "was cancelled",
            JobStage.Paused => "is paused", _ => "is unfinished" };
        if (Status.Phase.Length == 0) return $"Job {Status.Job} {stands}, before its first phase";
        // How long the phase is, it tells when it trains.
        return Status.TotalSteps == 0
            ? $"Job {Status.Job} {stands}, before the first step of phase {Status.Phase}"
            : FormattableString.Invariant($"Job {Status.Job} {stands}, at step {Status.Step} of {Status.TotalSteps} of phase {Status.Phase}");
    }

    /// <summary>It was left for another job; nobody wants it taken up unasked.</summary>
    public static bool IsReplaced(JobsProtocol.JobStatus job) =>
        job.Status == JobStage.Cancelled && job.Because.StartsWith(Replaced, StringComparison.Ordinal);

    /// <param name="its">What the job does.</param>
    /// <param name="dataRoot">Full path of the folder that the file's relative data paths start from.</param>
    public static FoundJob Of(JobsProtocol.JobStatus status, JobsProtocol.JobSpecification its, WantedJob wanted, string dataRoot)
    {
        var sameData = its.DataRoot == dataRoot;
        List<string> differences = sameData ? [] : [Readable.Line($"the folder of the data, --data {its.DataRoot} -> {dataRoot}")];
        var read = JobSpecReader.Read(its.Spec, $"{its.Job}.json");
        if (read.Spec is not { } job) return new(status, [.. differences, $"the whole file: {string.Join(" ", read.Problems)}"], sameData);
        var changing = wanted.Changing(job);
        var changes = SpecDifference.Between(job, changing);
        var kept = wanted.Spec.Start is null ? changing.Start?.Checkpoint : null;
        if (kept is not null) differences.Add(new SpecDifference("start.checkpoint", kept, null).ToString());
        IReadOnlyList<string> changed = [.. changes.Select(change => change.ToString())];
        return new(status, [.. differences, .. changed], sameData)
        {
            Changes = changed,
            KeptStart = kept,
            IsOfSameModel = !changes.Any(change => change.Path.Split('.')[0] is "model" or "tokenizer"
                && !change.Path.EndsWith("dropout", StringComparison.Ordinal)),
            IsExtended = Extends(job, changing, changes),
            OwnStart = !sameData ? null : changes switch
            {
                [] when job.Start == new StartSpec { Checkpoint = kept ?? "" } => kept,
                [{ Path: "start.checkpoint", Before: { } own, After: not null }] => own,
                _ => null,
            },
        };
    }

    private static bool Extends(JobSpec job, JobSpec changing, IReadOnlyList<SpecDifference> changes)
    {
        var (before, after, last) = (job.Phases[^1], changing.Phases.ElementAtOrDefault(job.Phases.Count - 1), $"phases[{job.Phases.Count - 1}].");
        return (changing.Phases.Count > job.Phases.Count || after?.Steps > before.Steps || after?.Epochs > before.Epochs) && changes.All(IsOfCourse);

        // The coordinator has the last word; that it refuses every other change is certain.
        bool IsOfCourse(SpecDifference change) =>
            change.Path.Split('.')[0] is "resources" or "checkpoints" || change is { Before: null, Path: [.., ']'] }
            || (change.Path.StartsWith(last, StringComparison.Ordinal) && PhaseSpec.ChangeableKeys.Contains(change.Path.Split('.')[1]));
    }
}
