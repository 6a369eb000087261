using System.Globalization;
using DistTrain.Shared.Metrics;
using DistTrain.Shared.Runs;

namespace DistTrain.Cli.Commands.Cluster;

/// <summary>An audit as lines for people.</summary>
internal static class AuditText
{
    /// <param name="shown">Differences that are told of a phase.</param>
    public static IEnumerable<string> Of(AuditReport report, int shown) => report.Phases.Count == 0
        ? ["No phase has begun: there is nothing to audit."]
        : report.Phases.SelectMany(phase => Of(phase, shown));

    private static IEnumerable<string> Of(PhaseAudit phase, int shown)
    {
        yield return Text($"{phase.Phase}: {MetricText.Count(phase.Steps, "step")}, ") + (phase.Problems.Count > 0
            ? $"which are not as they should be: {MetricText.Count(phase.Problems.Count, "difference")}"
            : $"each once; {string.Join("; ", Epochs(phase))}");
        foreach (var undone in phase.Undone)
            yield return Text($"  undone: {Steps(undone.From, undone.To)}, for generation {undone.Generation} began before them");
        foreach (var problem in phase.Problems.Take(shown))
            yield return $"  {Steps(problem.From, problem.To)}: expected {problem.Expected}, got {problem.Got}";
        if (phase.Problems.Count > shown) yield return Text($"  and {phase.Problems.Count - shown} more");
    }

    private static IEnumerable<string> Epochs(PhaseAudit phase)
    {
        if (phase.Epochs > 0)
            yield return Text($"{(phase.Epochs == 1 ? "epoch 1" : Text($"epochs 1 to {phase.Epochs}"))}: each of {phase.Examples:N0} examples ")
                + (phase.IsEven ? "once" : "as often as the weight of its set says");
        if (phase.Used > 0 || phase.Epochs == 0)
            yield return Text($"epoch {phase.Epochs + 1}: {phase.Used:N0} of {phase.Uses:N0} so far");
    }

    private static string Steps(long from, long to) => from == to ? Text($"step {from}") : Text($"steps {from} to {to}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
