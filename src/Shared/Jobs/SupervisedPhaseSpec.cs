using DistTrain.Shared.Metrics;

namespace DistTrain.Shared.Jobs;

/// <summary>Training on translations by label-smoothed cross-entropy (Vaswani et al. 2017, 5).</summary>
public sealed record SupervisedPhaseSpec : PhaseSpec
{
    public override string Type => "supervised";

    public override IReadOnlyList<string> Metrics => ["loss", .. CorpusMetric.Names];

    /// <inheritdoc/>
    /// <value>What <see cref="ValidateSpec.Translations"/> names, else the validation data.</value>
    public override string? TranslationSet => Validate.Translations ?? Data.Validation;
}
