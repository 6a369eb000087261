using DistTrain.Model.Decoding;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Text;

namespace DistTrain.Model.Tests.Decoding;

public class BeamTests
{
    private const int Eos = SpecialTokens.Eos;

    [Fact]
    public void Advance_WhileALiveHypothesisCouldStillWin_GoesOn()
    {
        // At most 10 tokens and EOS: a live hypothesis can be divided by (16 / 6)^0.6 = 1.80, the finished one of length 1 by 1.
        var beam = Beam(new() { Beam = 2 });
        Advance(beam, (0, Eos, -2), (0, 5, -3.5), (0, 6, -3.6));
        Assert.Equal([5, 6], beam.Live.Select(node => node.Token));

        // -3.61 / 1.80 is below -2: no continuation can win.
        Advance(beam, (0, 7, -3.61), (1, 8, -5));
        Assert.True(beam.IsDone);
        var best = Assert.Single(beam.Finished);
        Assert.Empty(best.Tokens);
        Assert.Equal(-2, best.Score);
    }

    [Theory]
    [InlineData(LengthNormalization.Gnmt, 0.6, -3.60, -3.61)]
    [InlineData(LengthNormalization.Plain, 1.0, -21.9, -22.1)]
    [InlineData(LengthNormalization.Plain, 0.0, -1.9, -2.1)]
    public void Advance_WithATranslationFinished_KeepsOnlyWhatCanStillWin(LengthNormalization normalization, double alpha, double can, double cannot)
    {
        var beam = Beam(new() { Beam = 3, Normalization = normalization, LengthPenalty = alpha });
        Advance(beam, (0, Eos, -2), (0, 5, can), (0, 6, cannot));
        Assert.Equal(5, Assert.Single(beam.Live).Token);
    }

    [Fact]
    public void Advance_WithFewerFinishedThanWanted_KeepsAll()
    {
        var beam = Beam(new() { Beam = 3, NBest = 2 });
        Advance(beam, (0, Eos, -2), (0, 5, -50), (0, 6, -60));
        Assert.Equal(2, beam.Live.Count);

        // The second best decides.
        Advance(beam, (0, Eos, -51), (0, 7, -52), (1, Eos, -100), (1, 8, -101));
        Assert.Equal([[], [5]], beam.Finished.Select(best => best.Tokens));
        Assert.Equal(7, Assert.Single(beam.Live).Token);
    }

    [Fact]
    public void Advance_WithABetterLongerTranslation_PrefersIt()
    {
        var beam = Beam(new() { Beam = 2 });
        Advance(beam, (0, Eos, -2), (0, 5, -2.1));
        Advance(beam, (0, Eos, -2.15), (0, 6, -6));
        Assert.True(beam.IsDone);
        var best = Assert.Single(beam.Finished);
        Assert.Equal([5], best.Tokens);
        Assert.Equal(-2.15 / Math.Pow(7 / 6.0, 0.6), best.Score, 1e-12);
    }

    [Fact]
    public void Advance_OfContinuationsInAnyOrder_KeepsTheBestWithTheirParents()
    {
        var beam = Beam(new() { Beam = 2 });
        Advance(beam, (0, 7, -3), (0, 5, -1), (0, 6, -2));
        Advance(beam, (0, 10, -2.7), (1, 9, -2.6), (1, 8, -2.5));
        Assert.Equal([[6, 8], [6, 9]], beam.Live.Select(node => node.Tokens()));
        Assert.Equal([0, 1], beam.Live.Select(node => node.Rank));
    }

    [Fact]
    public void Advance_WithNothingToGoOnWith_Fails()
    {
        var beam = Beam(new() { Beam = 2 });
        var failure = Assert.Throws<InvalidDataException>(() => Advance(beam, (0, 5, double.NaN), (0, 6, double.NegativeInfinity)));
        Assert.Contains("not numbers", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Propose_WithinTheLengths_ForbidsWhatMayNotBeSaid()
    {
        var beam = Beam(new() { Beam = 3, MinLength = 1 }, maxLength: 2);
        float[] logits = [9, 9, 8, 1, 3, 2];
        Assert.Equal([4, 5, 3], Tokens(beam, beam.Live[0], logits));
        Advance(beam, (0, 4, -1));
        Assert.Equal([Eos, 4, 5, 3], Tokens(beam, beam.Live[0], logits));
        Advance(beam, (0, 4, -1));
        Assert.Equal([Eos], Tokens(beam, beam.Live[0], logits));
    }

    private static Beam Beam(DecodingOptions options, int maxLength = 10) => new(0, maxLength, options, new LikeliestTokens());

    private static void Advance(Beam beam, params (int Parent, int Token, double LogProbability)[] candidates) =>
        beam.Advance([.. candidates.Select(candidate => new Beam.Candidate(beam.Live[candidate.Parent], candidate.Token, candidate.LogProbability))]);

    private static int[] Tokens(Beam beam, BeamNode node, float[] logits)
    {
        var candidates = new Beam.Candidate[6];
        beam.Propose(node, [.. logits], candidates);
        return [.. candidates.Where(candidate => double.IsFinite(candidate.LogProbability)).Select(candidate => candidate.Token)];
    }
}
