using System.Globalization;
using DistTrain.Cli.Terminal;
using DistTrain.Shared;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Metrics;
using DistTrain.Shared.Protocol;

namespace DistTrain.Cli.Watching;

/// <summary>What the views for people have in common.</summary>
internal static class ViewText
{
    private const int MaxSamples = 6;

    public static string Reach(JobId job, string reach) => $"Ask for it from elsewhere: {TypedCommand.Of($"status {job} {reach}")} (or watch, " +
        "history, pause, cancel, resume)";

    public static string Interrupted(string command) => $"Interrupted. To go on: {command}";

    public static string Left(JobId job, string command) => $"Job {job} goes on; to watch it again: {command}";

    public static string Validation(ValidationRecord validation) =>
        Text($"{validation.Phase} validation after step {validation.Step}: {Metrics(validation.Metrics)} ({validation.Seconds:F1} s)");

    public static string Metrics(IReadOnlyDictionary<string, double> metrics) => MetricText.Of(metrics, "  ");

    /// <summary>How the job ended: each phase's figures, translations side by side, and where everything lies.</summary>
    public static IEnumerable<string> Summary(JobsProtocol.JobStatus status, IReadOnlyList<ValidationRecord> history)
    {
        yield return "";
        var because = status.Because.Length > 0 ? ": " + status.Because : ".";
        yield return Text($"Job {status.Job} {status.Status.Word()} after {status.Seconds:F1} s{because}");
        foreach (var phase in status.Phases)
            yield return string.Create(
                CultureInfo.InvariantCulture, $"  {phase.Name}: {phase.Steps} steps, last loss {MetricText.Number(phase.Loss)}; validation: " +
                $"{Metrics(phase.Metrics)}");
        foreach (var phase in status.Phases)
            if (phase.BesideStart is { } beside) yield return $"  {beside}";
        foreach (var line in SideBySide(history)) yield return line;
        if (status.Checkpoint is not null) yield return $"Checkpoint: {status.Checkpoint}";
        yield return $"Job files:  {status.RunFolder}";
    }

    /// <summary>The same sentences as each phase's last validation translated them.</summary>
    private static IEnumerable<string> SideBySide(IReadOnlyList<ValidationRecord> history)
    {
        var phases = history.Where(validation => validation.Samples.Count > 0).GroupBy(validation => validation.Phase).Select(phase => phase.Last())
            .ToList();
        if (phases.Count == 0) yield break;
        yield return "Translations:";
        foreach (var sample in phases[0].Samples.Take(MaxSamples))
        {
            yield return $"  {Readable.Line(sample.Source)}";
            foreach (var phase in phases)
                if (phase.Samples.FirstOrDefault(other => other.Source == sample.Source) is { } translated)
                    yield return $"    after {phase.Phase}: {Readable.Line(translated.Translation)}";
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
