using DistTrain.Shared.Metrics;

namespace DistTrain.Shared.Jobs;

/// <summary>
/// Alignment on preferences by direct preference optimization (Rafailov et al. 2023). The frozen reference is the model that the phase starts from.
/// </summary>
public sealed record DpoPhaseSpec : PhaseSpec
{
    public override string Type => "dpo";

    public override IReadOnlyList<string> Metrics => ["loss", "accuracy", "margin", .. CorpusMetric.Names];

    /// <value><c>sigmoid</c>: equation 7 of the paper. Default: <c>sigmoid</c>.</value>
    public string Loss { get; init; } = "sigmoid";

    /// <summary>How strongly the model is held to the reference: higher is closer.</summary>
    /// <value>Greater than 0. Default: 0.1.</value>
    public double Beta { get; init; } = 0.1;

    /// <inheritdoc/>
    /// <value>What <see cref="ValidateSpec.Translations"/> names; else nothing is translated.</value>
    public override string? TranslationSet => Validate.Translations;

    public override IEnumerable<Violation> Violations(string path) =>
    [
        .. base.Violations(path),
        .. Rules.OneOf($"{path}.loss", Loss, "sigmoid"),
        .. Rules.Above($"{path}.beta", Beta, 0, "0.1 is usual."),
    ];
}
