using DistTrain.Shared.Metrics;

namespace DistTrain.Shared.Tests.Metrics;

public class SignificanceTests
{
    private static readonly List<string> Lines = [.. Enumerable.Range(0, 50).Select(line => $"the {line} cat sat on mat {line % 7} and {line % 3}")];
    private static readonly List<IReadOnlyList<string>> References = Lines.ConvertAll(line => (IReadOnlyList<string>)[line]);

    [Fact]
    public void PairedTests_SystemsThatAreScoredAlike_DoNotDiffer()
    {
        var (one, other) = (Corpus(line => line % 4 == 0), Corpus(line => line % 4 == 0));

        Assert.Equal((1, 1), (Significance.PairedBootstrap(one, other).P, Significance.PairedRandomization(one, other)));
    }

    [Fact]
    public void PairedTests_ClearDifference_HasTheLeastP()
    {
        var (good, bad) = (Corpus(_ => false), Corpus(line => line % 2 == 0));

        Assert.Equal(1.0 / 101, Significance.PairedBootstrap(bad, good, resamples: 100).P);
        Assert.Equal(1.0 / 101, Significance.PairedRandomization(bad, good, trials: 100));
    }

    [Fact]
    public void PairedTests_SameSeed_SameNumbersWhateverTheOrderOfThreads()
    {
        var (one, other) = (Corpus(line => line % 5 == 0), Corpus(line => line % 6 == 1));

        Assert.Equal(Significance.PairedBootstrap(one, other, 200, 7), Significance.PairedBootstrap(one, other, 200, 7));
        Assert.Equal(Significance.PairedRandomization(one, other, 200, 7), Significance.PairedRandomization(one, other, 200, 7));
        Assert.NotEqual(Significance.Bootstrap(one, 200, 7), Significance.Bootstrap(one, 200, 8));
    }

    [Fact]
    public void Confidence_KnownScores_MeanAndHalfOfTheMiddle95Percent() =>
        Assert.Equal(new Confidence(19.5, 0.5 * (38 - 1)), Confidence.Of(Enumerable.Range(0, 40).Reverse().Select(score => (double)score)));

    private static ScoredCorpus Corpus(Func<int, bool> isWrong) =>
        ScoredCorpus.Of(CorpusMetric.OfBleu(BleuTokenizer.None), [.. Lines.Select((line, index) => isWrong(index) ? $"{line} dog" : line)],
            References);
}
