using System.Reflection;

namespace DistTrain.Shared.Metrics;

/// <summary>How a score was computed, in sacreBLEU's words (Post 2018), so that whoever reads it can compute it again.</summary>
/// <param name="References">How many each sentence has; null: not all as many.</param>
public sealed record MetricSignature(int? References)
{
    /// <summary>The sacreBLEU whose scores are computed.</summary>
    public const string SacreBleu = "2.6.0";

    private static readonly string Version = $"{SacreBleu}+DistTrain-{typeof(MetricSignature).Assembly.GetName().Version!.ToString(3)}";

    /// <summary>Bootstrap resamples; null: there are none.</summary>
    public int? Resamples { get; init; }

    /// <summary>Trials of approximate randomisation; null: there are none.</summary>
    public int? Trials { get; init; }

    /// <summary>Of resamples and trials; null: there are none.</summary>
    public long? Seed { get; init; }

    /// <summary>Of sentences with these references.</summary>
    /// <param name="counts">References of each sentence.</param>
    public static MetricSignature Of(IEnumerable<int> counts) => new(counts.Distinct().Take(2).ToList() is [var same] ? same : null);

    /// <summary>The signature of a metric's scores.</summary>
    public string Text(ICorpusMetric metric) => string.Join('|', ((string?[])
    [
        References is { } count ? FormattableString.Invariant($"nrefs:{count}") : "nrefs:var",
        Resamples is { } resamples ? FormattableString.Invariant($"bs:{resamples}") : null,
        Trials is { } trials ? FormattableString.Invariant($"ar:{trials}") : null,
        Seed is { } seed ? FormattableString.Invariant($"seed:{seed}") : null,
        metric.Settings,
        $"version:{Version}",
    ]).OfType<string>());
}
