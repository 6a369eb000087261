using System.Runtime.ExceptionServices;

namespace DistTrain.Shared.Metrics;

/// <summary>What each sentence of one system's translations adds to one metric's score.</summary>
public sealed class ScoredCorpus
{
    private readonly double[][] _sentences;
    private readonly double[] _sums;

    private ScoredCorpus(ICorpusMetric metric, double[][] sentences)
    {
        (Metric, _sentences, _sums) = (metric, sentences, new double[metric.Length]);
        foreach (var sentence in sentences) Add(sentence, _sums);
        Score = metric.Score(_sums);
    }

    public ICorpusMetric Metric { get; }

    /// <summary>Of the whole.</summary>
    public double Score { get; }

    public int Sentences => _sentences.Length;

    /// <summary>What the sentences' statistics add up to.</summary>
    public IReadOnlyList<double> Sums => _sums;

    /// <summary>Of each sentence by itself.</summary>
    public IEnumerable<double> SentenceScores => _sentences.Select(sentence => Metric.Score(sentence));

    /// <summary>Scores one sentence after the other, on several processors.</summary>
    /// <param name="references">For each sentence, at least one.</param>
    public static ScoredCorpus Of(ICorpusMetric metric, IReadOnlyList<string> hypotheses, IReadOnlyList<IReadOnlyList<string>> references)
    {
        try
        {
            return new(metric, [.. hypotheses.Zip(references).AsParallel().AsOrdered().Select(pair => metric.Statistics(pair.First, pair.Second))]);
        }
        catch (AggregateException several)
        {
            // A tokenizer that is another program fails with a sentence of its own.
            ExceptionDispatchInfo.Throw(several.GetBaseException());
            throw;
        }
    }

    /// <summary>In how many sentences the two systems are not scored alike.</summary>
    public int Differing(ScoredCorpus other) => _sentences.Zip(other._sentences).Count(pair => !pair.First.AsSpan().SequenceEqual(pair.Second));

    /// <summary>The score of a choice of sentences, of which one may be taken several times.</summary>
    internal double ScoreOf(int[] chosen)
    {
        var sums = new double[Metric.Length];
        foreach (var index in chosen) Add(_sentences[index], sums);
        return Metric.Score(sums);
    }

    /// <summary>The scores of two systems that have exchanged some of their sentences.</summary>
    /// <param name="kept">For each sentence whether it stays where it is.</param>
    internal (double One, double Other) Exchanged(ScoredCorpus other, ReadOnlySpan<bool> kept)
    {
        var (one, two) = (new double[Metric.Length], new double[Metric.Length]);
        for (var index = 0; index < kept.Length; index++)
        {
            Add(_sentences[index], kept[index] ? one : two);
            Add(other._sentences[index], kept[index] ? two : one);
        }
        return (Metric.Score(one), Metric.Score(two));
    }

    private static void Add(double[] sentence, double[] sums)
    {
        for (var i = 0; i < sums.Length; i++) sums[i] += sentence[i];
    }
}
