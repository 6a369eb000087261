using System.Globalization;

namespace DistTrain.Shared.Metrics;

/// <summary>Numbers as people read them. Programs are given them whole.</summary>
public static class MetricText
{
    /// <summary>A metric's name and value: a share of one in percent, all else as <see cref="Number"/>.</summary>
    public static string Of(string name, double value) => $"{name} {(IsShare(name) ? Percent(value) : Number(value))}";

    /// <summary>All metrics, by name.</summary>
    public static string Of(IReadOnlyDictionary<string, double> metrics, string separator = ", ") =>
        string.Join(separator, metrics.OrderBy(metric => metric.Key, StringComparer.Ordinal).Select(metric => Of(metric.Key, metric.Value)));

    /// <summary>Two decimals; below one in size three, so that small losses and margins can be told apart.</summary>
    public static string Number(double value) => value.ToString(Math.Abs(value) < 1 && value != 0 ? "F3" : "F2", CultureInfo.InvariantCulture);

    private static string Percent(double value) => string.Create(CultureInfo.InvariantCulture, $"{100 * value:F1} %");

    private static bool IsShare(string name) =>
        name is "accuracy" or "rewards/accuracies" || name.StartsWith("share/", StringComparison.Ordinal);
}
