using DistTrain.Shared.Metrics;

namespace DistTrain.Cli.Scoring;

/// <summary>How the significance of scores is told and tested.</summary>
/// <param name="Confidence">Whether intervals are told; the paired bootstrap has them anyway.</param>
internal sealed record SignificanceChoice(bool Confidence, bool Bootstrap, bool Randomization, int Resamples, int Trials, long Seed)
{
    public bool IsPaired => Bootstrap || Randomization;

    public MetricSignature Sign(MetricSignature signature) => signature with
    {
        Resamples = Confidence ? Resamples : null, Trials = Randomization ? Trials : null, Seed = Confidence || Randomization ? Seed : null,
    };

    /// <param name="baseline">What it is tested against; null for the baseline itself.</param>
    public SystemScore Of(ScoredCorpus system, ScoredCorpus? baseline)
    {
        if (Bootstrap && baseline is not null)
        {
            var (p, found) = Significance.PairedBootstrap(baseline, system, Resamples, Seed);
            return new(system, found, p);
        }
        return new(system, Confidence ? Significance.Bootstrap(system, Resamples, Seed) : null, Randomization && baseline is not null
            ? Significance.PairedRandomization(baseline, system, Trials, Seed) : null);
    }
}
