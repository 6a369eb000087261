using CsCheck;
using DistTrain.Model.Decoding;

namespace DistTrain.Model.Tests.Decoding;

public class FinishedHypothesesTests
{
    private static readonly Gen<List<Hypothesis>> Hypotheses = Gen.Select(Gen.Int[3, 9], Gen.Int[-1000, 0]).Array[0, 12]
        .Select(all => all.DistinctBy(one => one.Item2).Select(one => new Hypothesis([one.Item1], one.Item2, one.Item2)).ToList());

    [Fact]
    public void Add_OfAnyHypotheses_KeepsTheBestOfEachText() => Gen.Select(Hypotheses, Gen.Int[2, 6]).Sample((all, count) =>
        {
            var best = FinishedHypotheses.BestOf(new() { Beam = count, NBest = count, TextOf = Text }, all);

        Assert.Equal(all.OrderByDescending(hypothesis => hypothesis.Score).DistinctBy(hypothesis => Text(hypothesis.Tokens)).Take(count), best);
    });

    [Fact]
    public void Add_WithoutTexts_KeepsTheBest() => Gen.Select(Hypotheses, Gen.Int[1, 6]).Sample((all, count) =>
        {
            Assert.Equal(all.OrderByDescending(hypothesis => hypothesis.Score).Take(count),
                FinishedHypotheses.BestOf(new() { Beam = count, NBest = count }, all));
    });

    /// <summary>Two tokens to a text.</summary>
    private static string Text(IReadOnlyList<int> tokens) => $"{tokens[0] / 2}";
}
