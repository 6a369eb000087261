namespace DistTrain.Shared.Metrics;

/// <summary>
/// A score of translations by reference. What its sentences add to it are numbers that add up, so parts of a corpus can be counted in different
/// places, and again in another choice of sentences.
/// </summary>
public interface ICorpusMetric
{
    /// <summary>As sacreBLEU writes it, such as <c>chrF2++</c>.</summary>
    string Name { get; }

    /// <summary>How it counts, as it stands in a signature: <c>case:mixed|eff:no|tok:13a|smooth:exp</c>.</summary>
    string Settings { get; }

    /// <summary>How many numbers <see cref="Statistics"/> returns.</summary>
    int Length { get; }

    /// <summary>What one sentence adds to a corpus's score.</summary>
    /// <param name="references">At least one.</param>
    /// <exception cref="ArgumentException">There is no reference.</exception>
    double[] Statistics(string hypothesis, IReadOnlyList<string> references);

    /// <summary>The score of what sentences' statistics add up to.</summary>
    double Score(ReadOnlySpan<double> sums);
}
