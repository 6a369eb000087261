using CsCheck;
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
    public void Propose_AtTheLimit_EndsByItselfWhereEosIsLikeliestAndIsCutElsewhere()
    {
        var beam = Beam(new() { Beam = 3 }, maxLength: 2);
        float[] ends = [0, 0, 3, 1, 2], goesOn = [9, 9, 2, 1, 3];
        Advance(beam, (0, 4, -1));
        Assert.DoesNotContain(Candidates(beam, ends).Concat(Candidates(beam, goesOn)), candidate => candidate.IsCut);

        Advance(beam, (0, 3, -1.5));
        var own = Assert.Single(Candidates(beam, ends));
        Assert.Equal((Eos, false), (own.Token, own.IsCut));
        Assert.Equal(-1.5 + 3 - Math.Log(ends.Sum(logit => Math.Exp(logit))), own.LogProbability, 1e-5);
        Assert.Equal(new Beam.Candidate(beam.Live[0], Eos, -1.5, IsCut: true), Assert.Single(Candidates(beam, goesOn)));
    }

    [Theory]
    [InlineData(-4.9, true)]
    [InlineData(-5.1, false)]
    public void Advance_OfACutTranslation_ComparesItsTokensAloneWithOneThatEndedByItself(double early, bool earlyWins)
    {
        // Ten tokens without EOS have -5 / (15 / 6)^0.6, an empty translation with its EOS what it has itself.
        var beam = Beam(new() { Beam = 2 });
        Advance(beam, (0, Eos, early / Math.Pow(15 / 6.0, 0.6)), (0, 5, -0.5));
        for (var length = 2; length <= 10; length++) Advance(beam, (0, 5, -0.5 * length));
        beam.Advance([new(beam.Live[0], Eos, -5, IsCut: true)]);

        Assert.True(beam.IsDone);
        var best = Assert.Single(beam.Finished);
        Assert.Equal((earlyWins ? 0 : 10, !earlyWins), (best.Tokens.Count, best.IsCut));
        if (!earlyWins) Assert.Equal((-5, -5 / Math.Pow(15 / 6.0, 0.6)), (best.LogProbability, best.Score));
    }

    [Fact]
    public void Propose_WithRepetitionsForbidden_StrikesThemOut()
    {
        var beam = Beam(new() { Beam = 3, NoRepeatNgram = 2 });
        float[] logits = [9, 9, 0, 1, 3, 2];
        foreach (var (token, length) in new[] { 4, 5, 4 }.Zip(new[] { 1, 2, 3 })) Advance(beam, (0, token, -length));
        Assert.Equal([4, 3, Eos], Tokens(beam, beam.Live[0], logits));
    }

    [Fact]
    public void Propose_WhereEverythingWouldBeARepetition_EndsBelowTheShortestLength()
    {
        var beam = Beam(new() { Beam = 3, NoRepeatNgram = 1, MinLength = 5 });
        Advance(beam, (0, 3, -1));
        Assert.Equal([4], Tokens(beam, beam.Live[0], [9, 9, 8, 1, 3]));
        Advance(beam, (0, 4, -2));
        Assert.Equal([Eos], Tokens(beam, beam.Live[0], [9, 9, 8, 1, 3]));
    }

    [Fact]
    public void Repeating_OfAnyTokens_IsWhatWouldCompleteASequenceOnceMore() =>
        Gen.Select(Gen.Int[3, 6].Array[0, 14], Gen.Int[0, 5]).Sample((tokens, length) =>
        {
            var node = tokens.Aggregate(new BeamNode(null, SpecialTokens.Bos, 0, 0, 0),
                (parent, token) => new BeamNode(parent, token, parent.Length + 1, 0, 0));
            var expected = Enumerable.Range(3, 4)
                .Where(token => length > 0 && Grams([.. tokens, token], length) is var grams && grams.SkipLast(1).Contains(grams.LastOrDefault()));
            Assert.Equal(expected, node.Repeating(length).Order());
    });

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

    [Fact]
    public void Propose_WithAnUnknownToken_NeverSaysIt()
    {
        var beam = Beam(new() { Beam = 3, Unknown = 3, MinLength = 2, NoRepeatNgram = 1 }, maxLength: 5);
        float[] logits = [9, 9, 1, 8, 3];
        Assert.Equal([4], Tokens(beam, beam.Live[0], logits));
        Advance(beam, (0, 4, -1));
        // Nothing else may be said, so it ends before its shortest length.
        Assert.Equal([Eos], Tokens(beam, beam.Live[0], logits));
        // What may not be said has its part of the probability.
        Assert.Equal(3 - Math.Log(logits.Sum(logit => Math.Exp(logit))), Candidates(Beam(new() { Unknown = 3 }), logits)[0].LogProbability, 1e-5);
    }

    private static Beam Beam(DecodingOptions options, int maxLength = 10) => new(0, maxLength, options, new LikeliestTokens());

    private static void Advance(Beam beam, params (int Parent, int Token, double LogProbability)[] candidates) =>
        beam.Advance([.. candidates.Select(candidate => new Beam.Candidate(beam.Live[candidate.Parent], candidate.Token, candidate.LogProbability))]);

    private static int[] Tokens(Beam beam, BeamNode node, float[] logits) => [.. Candidates(beam, logits, node).Select(candidate => candidate.Token)];

    private static List<Beam.Candidate> Candidates(Beam beam, float[] logits, BeamNode? node = null)
    {
        var candidates = new Beam.Candidate[6];
        beam.Propose(node ?? beam.Live[0], [.. logits], candidates);
        return [.. candidates.Where(candidate => double.IsFinite(candidate.LogProbability))];
    }

    /// <summary>All sequences of so many tokens, in their order.</summary>
    private static List<string> Grams(int[] tokens, int length) =>
        [.. Enumerable.Range(0, Math.Max(0, tokens.Length - length + 1)).Select(start => string.Join(' ', tokens[start..(start + length)]))];
}
