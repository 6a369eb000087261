using DistTrain.Shared.Runs;

namespace DistTrain.Cli.Watching;

/// <summary>Which curves tell how a phase was trained, and which of them share a panel: those of the same quantity.</summary>
internal static class PhaseCurves
{
    /// <param name="Quantity">What all curves of the panel are, with its unit.</param>
    public sealed record Panel(string Quantity, IReadOnlyList<Curve> Curves);

    /// <param name="Measured">Measured now and then, and marked where it was; else known for each step.</param>
    /// <param name="Points">Finite values, by step.</param>
    public sealed record Curve(string Name, bool Measured, IReadOnlyList<(long Step, double Value)> Points);

    /// <summary>The panels that have a curve with a point.</summary>
    /// <param name="lines">Of one phase.</param>
    public static IReadOnlyList<Panel> Panels(IReadOnlyList<MetricsLine> lines)
    {
        // A loss with label smoothing is another quantity than the one that validation measures, which is without; nll is the same.
        var supervised = lines.Any(line => line.Event == MetricsLine.Step && line.Metrics.ContainsKey("nll"));
        List<Panel> panels =
        [
            new(supervised ? "Loss, nats per token" : "Loss per pair",
                [Steps("training", line => supervised ? Metric(line, "nll") : line.Loss), Validations("validation", "loss")]),
            new("Score, 0 to 100", [Validations("BLEU", "bleu"), Validations("chrF", "chrf"), Validations("chrF++", "chrf++")]),
            new("TER, lower is better", [Validations("TER", "ter")]),
            new("Share of pairs",
                [Steps("training accuracy", line => Metric(line, "rewards/accuracies")), Validations("validation accuracy", "accuracy")]),
            new("Share of translations", [.. lines.Where(line => line.Event == MetricsLine.Validation).SelectMany(line => line.Metrics.Keys)
                .Where(name => name.StartsWith("share/", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal)
                .Select(name => Validations(name["share/".Length..], name))]),
            new("Learning rate", [Steps("learning rate", line => line.LearningRate)]),
            new("Target tokens/s", [Steps("tokens/s", line => line.TokensPerSecond)]),
        ];
        return [.. panels.Select(panel => panel with { Curves = [.. panel.Curves.Where(curve => curve.Points.Count > 0)] })
            .Where(panel => panel.Curves.Count > 0)];

        Curve Steps(string name, Func<MetricsLine, double?> value) => Of(name, MetricsLine.Step, measured: false, value);
        Curve Validations(string name, string metric) => Of(name, MetricsLine.Validation, measured: true, line => Metric(line, metric));
        Curve Of(string name, string kind, bool measured, Func<MetricsLine, double?> value) => new(name, measured,
            [.. lines.Where(line => line.Event == kind).Select(line => (line.Number, Value: value(line) ?? double.NaN))
                .Where(point => double.IsFinite(point.Value))]);
    }

    private static double? Metric(MetricsLine line, string name) => line.Metrics.TryGetValue(name, out var value) ? value : null;
}
