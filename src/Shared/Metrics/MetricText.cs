using System.Globalization;

namespace DistTrain.Shared.Metrics;

/// <summary>Numbers as people read them. Programs are given them whole.</summary>
public static class MetricText
{
    /// <summary>A metric's name and value: a share of one in percent, all else as <see cref="Number"/>.</summary>
    public static string Of(string name, double value) => $"{Readable.Line(name)} {Value(name, value, more: 0)}";

    /// <summary>
    /// Two values of a metric, without its name: as <see cref="Of(string, double)"/>, with as many further digits as tell one from the other.
    /// </summary>
    public static (string One, string Other) Apart(string name, double one, double other)
    {
        var more = 0;
        while (!one.Equals(other) && more < MostFurtherDigits && Value(name, one, more) == Value(name, other, more)) more++;
        return (Value(name, one, more), Value(name, other, more));
    }

    /// <summary>All metrics, by name.</summary>
    public static string Of(IReadOnlyDictionary<string, double> metrics, string separator = ", ") =>
        string.Join(separator, metrics.OrderBy(metric => metric.Key, StringComparer.Ordinal).Select(metric => Of(metric.Key, metric.Value)));

    /// <summary>Two decimals; below one in size three, so that small losses and margins can be told apart.</summary>
    public static string Number(double value) => Digits(value, Places(value));

    /// <summary>A number of things, such as <c>1 worker</c> or <c>2 workers</c>.</summary>
    public static string Count(long count, string thing) => string.Create(CultureInfo.InvariantCulture, $"{count} {thing}{(count == 1 ? "" : "s")}");

    // Beyond these a double has none.
    private const int MostFurtherDigits = 14;

    private static string Value(string name, double value, int more) => IsShare(name)
        ? $"{Digits(100 * value, 1 + more)} %" : Digits(value, Places(value) + more);

    private static int Places(double value) => Math.Abs(value) < 1 && value != 0 ? 3 : 2;

    private static string Digits(double value, int digits) => value.ToString($"F{digits}", CultureInfo.InvariantCulture);

    private static bool IsShare(string name) =>
        name is "accuracy" or "rewards/accuracies" || name.StartsWith("share/", StringComparison.Ordinal);
}
