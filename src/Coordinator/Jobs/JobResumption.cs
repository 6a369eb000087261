using System.Text.RegularExpressions;
using DistTrain.Coordinator.Jobs.State;
using DistTrain.Shared.Jobs;

namespace DistTrain.Coordinator.Jobs;

/// <summary>
/// What it means to take up a job with a specification, the same as before or a changed one: a job that failed, was cancelled or is paused goes on in
/// its phase, one that is completed with more steps of its last phase or with further phases. Pure.
/// </summary>
/// <param name="Changes">What the specification says otherwise than the job's own.</param>
/// <param name="Refusals">Why that cannot be, a sentence or more for each reason, with the remedy; none when it can.</param>
/// <param name="CompletedPhases">How many phases stay as they are; the job goes on in the next.</param>
/// <param name="Prepares">True when data has to be prepared first.</param>
public sealed partial record JobResumption(IReadOnlyList<SpecDifference> Changes, IReadOnlyList<string> Refusals, int CompletedPhases, bool Prepares)
{
    /// <param name="wanted">What the job is to do from now on.</param>
    /// <param name="dataIsMissing">Files of its prepared data are gone.</param>
    public static JobResumption Of(JobState job, JobSpec wanted, bool dataIsMissing = false)
    {
        var changes = SpecDifference.Between(job.Spec, wanted);
        // Also of a job that has not ended, or failed, while the data of a further phase is prepared.
        var phaseIsCompleted = job.Phase is not null && job.CompletedPhases.Count > job.PhaseIndex;
        var goesOn = !phaseIsCompleted || HasMoreToDo(job, wanted);
        var completed = goesOn ? job.CompletedPhases.Count(report => report.Name != job.Phase?.Name) : job.CompletedPhases.Count;
        // Before its first phase nothing is trained yet that a change could contradict.
        var refusals = changes.Select(change => job.PhaseIndex < 0 && change.Path != "name" ? null : Refusal(job, completed, change)).OfType<string>()
            .Concat(goesOn ? LengthRefusals(job, wanted) : FurtherPhaseRefusals(job, wanted));
        return new(changes, [.. refusals], completed, !job.IsPrepared || dataIsMissing || changes.Any(change => DataKeys().IsMatch(change.Path)));
    }

    private static string AsNewJob(JobState job) => "Submit it as a new job instead, which can go on from this one's result with 'start: " +
        $"{job.Job}'.";

    private static bool HasMoreToDo(JobState job, JobSpec wanted)
    {
        if (wanted.Phases.Count <= job.PhaseIndex) return false;
        var (before, after) = (job.Phase!, wanted.Phases[job.PhaseIndex]);
        // Nobody asks for more of a phase that is at the end of its patience when they add another.
        if (job.StoppedEarly && wanted.Phases.Count > job.CompletedPhases.Count
            && (after.Steps, after.Epochs, after.Validate.Patience) == (before.Steps, before.Epochs, before.Validate.Patience)) return false;
        if (after.Steps is { } steps) return steps > job.Step;
        return after.Epochs > before.Epochs || (job.StoppedEarly && after.Epochs == before.Epochs);
    }

    private static string? Refusal(JobState job, int completed, SpecDifference change)
    {
        if (change.Path == "name") return $"{change}: the job's id and folders are named after it. Keep the name, or submit the file as a new job.";
        if (PhaseKey().Match(change.Path) is not { Success: true } key)
            return change.Path.Split('.')[0] switch
            {
                "resources" or "checkpoints" => null,
                "model" or "tokenizer" when !change.Path.EndsWith("dropout", StringComparison.Ordinal) =>
                    $"{change}: what job {job.Job} has trained depends on it. Submit it as a new job instead.",
                _ => $"{change}: what job {job.Job} has trained depends on it. {AsNewJob(job)}",
            };
        var (index, name) = (int.Parse(key.Groups["index"].Value, System.Globalization.CultureInfo.InvariantCulture), key.Groups["key"].Value);
        if (index > job.PhaseIndex) return null;
        var phase = job.Spec.Phases[index].Name;
        if (index < completed && index == job.PhaseIndex && name is "steps" or "epochs")
            return $"{change}: {job.Step} steps of phase {phase} are done. Ask for more than that.";
        if (index < completed) return $"{change}: phase {phase} is completed. {AsNewJob(job)}";
        if (name == "ema_decay" && (change.Before == "0" || change.After == "0"))
            return $"{change}: the checkpoints of phase {phase} are made {(change.Before == "0" ? "without" : "with")} an average. {AsNewJob(job)}";
        return PhaseSpec.ChangeableKeys.Contains(name)
            ? null : $"{change}: phase {phase} has begun, and what it has trained depends on it. {AsNewJob(job)}";
    }

    /// <summary>Whether the phase in which the job ended can be as long as is wanted.</summary>
    private static IEnumerable<string> LengthRefusals(JobState job, JobSpec wanted)
    {
        if (job.Phase is not { } before || job.PhaseIndex >= wanted.Phases.Count) yield break;
        var (after, path) = (wanted.Phases[job.PhaseIndex], $"phases[{job.PhaseIndex}]");
        var done = job.Checkpoints.Newest(before.Name)?.Step ?? 0;
        if (after.Steps < done)
            yield return $"{path}.steps is {after.Steps}, but {done} steps of phase {before.Name} are done. Give at least as many.";
        if (after.Epochs is not null && before.Epochs is null)
            yield return $"{path}.epochs is {after.Epochs}, but phase {before.Name} was begun with steps. Give steps, at least {done}.";
        if (after.Epochs < before.Epochs)
            yield return $"{path}.epochs is {after.Epochs}, but phase {before.Name} was begun with {before.Epochs}. Give at least as many, or " +
                $"steps, at least {done}.";
        if (job.StoppedEarly && after.Validate.Patience is > 0 and var patience && patience <= before.Validate.Patience)
            yield return $"Phase {before.Name} stopped early at step {job.Step}, because {before.Validate.Patience} validations in a row found no " +
                $"better {before.Validate.Metric}; it would stop again at once. Raise " +
                $"{path}.validate.patience above {before.Validate.Patience}, or set it to 0, which is off.";
    }

    private static IEnumerable<string> FurtherPhaseRefusals(JobState job, JobSpec wanted)
    {
        if (wanted.Phases.Count <= job.CompletedPhases.Count)
            yield return $"All phases of job {job.Job} are completed, {job.Step} steps of its last phase, {job.Phase!.Name}, are done. " +
                $"Ask for more of them (--steps N), or for further phases (--job FILE).";
        else if (job.Checkpoints.Best(job.Phase!.Name) is null)
            yield return $"Job {job.Job} has no checkpoint of phase {job.Phase.Name} any more that a further phase could start from. {AsNewJob(job)}";
    }

    [GeneratedRegex(@"^phases\[(?<index>\d+)\](\.(?<key>\w+))?")]
    private static partial Regex PhaseKey();

    /// <summary>Keys that say which data is prepared, and how.</summary>
    [GeneratedRegex(@"^phases\[\d+\](\.data\..*|\.validate\.translations|\.name|\.type)?$")]
    private static partial Regex DataKeys();
}
