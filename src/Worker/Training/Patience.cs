using DistTrain.Shared.Jobs;

namespace DistTrain.Worker.Training;

/// <summary>
/// Counts the validations in a row that found nothing better, and knows when to stop. All members count alike: their metrics are the ring's sums.
/// </summary>
/// <param name="best">Best score so far, as of <see cref="PhaseSpec.Score"/>; null before the first.</param>
/// <param name="withoutBetter">Validations in a row since then.</param>
internal sealed class Patience(PhaseSpec phase, double? best = null, int withoutBetter = 0)
{
    public double? Best { get; private set; } = best;

    public int WithoutBetter { get; private set; } = withoutBetter;

    /// <summary>True when the phase should train no further.</summary>
    public bool IsOver => phase.Validate.Patience > 0 && WithoutBetter >= phase.Validate.Patience;

    /// <summary>Takes in what the phase starts from: it may be the best, but it is no validation that found nothing better.</summary>
    public void Begin(IReadOnlyDictionary<string, double> metrics) => Best = phase.Score(metrics) ?? Best;

    /// <summary>Takes a validation's metrics in. A metric that is no finite number never is the best, and counts as one that is not better.</summary>
    public void Count(IReadOnlyDictionary<string, double> metrics)
    {
        if (!metrics.ContainsKey(phase.Validate.Metric)) return;
        (Best, WithoutBetter) = phase.Score(metrics) is { } score && score > (Best ?? double.NegativeInfinity)
            ? (score, 0) : (Best, WithoutBetter + 1);
    }
}
