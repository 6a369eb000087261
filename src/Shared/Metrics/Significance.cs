
namespace DistTrain.Shared.Metrics;

/// <summary>
/// How far scores can be trusted, as sacreBLEU computes it. The same seed gives the same numbers on every machine; they are not those of NumPy's
/// generator.
/// </summary>
public static class Significance
{
    /// <summary>sacreBLEU's defaults.</summary>
    public const int Resamples = 1000, Trials = 10_000, Seed = 12345;

    /// <summary>Bootstrap (Koehn 2004): the scores of as many sentences drawn again and again from the corpus, with replacement.</summary>
    public static Confidence Bootstrap(ScoredCorpus system, int resamples = Resamples, long seed = Seed) =>
        Confidence.Of(Draws(system.Sentences, resamples, seed, system.ScoreOf));

    /// <summary>
    /// Paired bootstrap (Koehn 2004): both systems on the same draws. The p-value is the share of draws whose difference, less the mean difference,
    /// is greater than the real one.
    /// </summary>
    /// <returns>The p-value, and the confidence of the system's score.</returns>
    public static (double P, Confidence Confidence) PairedBootstrap(ScoredCorpus baseline, ScoredCorpus system, int resamples = Resamples,
        long seed = Seed)
    {
        var scores = Draws(system.Sentences, resamples, seed, chosen => (Own: system.ScoreOf(chosen), Theirs: baseline.ScoreOf(chosen)));
        double[] differences = [.. scores.Select(score => Math.Abs(score.Own - score.Theirs))];
        var mean = differences.Average();
        return (P(baseline, system, [.. differences.Select(difference => difference - mean)]), Confidence.Of(scores.Select(score => score.Own)));
    }

    /// <summary>
    /// Approximate randomisation (Riezler and Maxwell 2005): in each trial the systems exchange each sentence by the toss of a coin. The p-value is
    /// the share of trials whose difference is greater than the real one.
    /// </summary>
    public static double PairedRandomization(ScoredCorpus baseline, ScoredCorpus system, int trials = Trials, long seed = Seed)
    {
        double[] differences = [.. Enumerable.Range(0, trials).AsParallel().AsOrdered().Select(trial =>
        {
            var (one, other) = baseline.Exchanged(system, Coins(new DeterministicRandom(seed, 1, trial), system.Sentences));
            return Math.Abs(one - other);
        })];
        return P(baseline, system, differences);
    }

    // One is added so that few draws do not make a p-value of 0 (sacreBLEU). Systems that are scored alike in every sentence do not differ at all,
    // where sacreBLEU's p-value is its least.
    private static double P(ScoredCorpus baseline, ScoredCorpus system, IReadOnlyCollection<double> differences)
    {
        if (baseline.Differing(system) == 0) return 1;
        var real = Math.Abs(system.Score - baseline.Score);
        return (double)(differences.Count(difference => difference > real) + 1) / (differences.Count + 1);
    }

    /// <summary>What is found in each resample; the same resamples for the same seed and number of sentences.</summary>
    private static T[] Draws<T>(int sentences, int resamples, long seed, Func<int[], T> find) =>
        [.. Enumerable.Range(0, resamples).AsParallel().AsOrdered().Select(resample =>
    {
        var random = new DeterministicRandom(seed, 0, resample);
        var chosen = new int[sentences];
        for (var i = 0; i < sentences; i++) chosen[i] = random.Next(sentences);
        return find(chosen);
    })];

    private static bool[] Coins(DeterministicRandom random, int count)
    {
        var coins = new bool[count];
        for (var (index, bits) = (0, 0UL); index < count; index++, bits >>= 1)
        {
            if (index % 64 == 0) bits = random.NextBits();
            coins[index] = (bits & 1) == 1;
        }
        return coins;
    }
}

/// <summary>Where a score lies with other sentences of the same kind.</summary>
/// <param name="Mean">Over the resamples.</param>
/// <param name="HalfWidth">Of the interval that 95 % of the resamples lie in.</param>
public sealed record Confidence(double Mean, double HalfWidth)
{
    /// <param name="scores">Of the resamples, at least one.</param>
    public static Confidence Of(IEnumerable<double> scores)
    {
        double[] sorted = [.. scores.Order()];
        var outside = sorted.Length / 40;
        return new(sorted.Average(), 0.5 * (sorted[^(outside + 1)] - sorted[outside]));
    }
}
