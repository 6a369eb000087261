using DistTrain.Model.Decoding;
using DistTrain.Shared.Text;

namespace DistTrain.Model.Tests.Decoding;

public class BeamTests
{
    private const int Eos = SpecialTokens.Eos;

    [Fact]
    public void Advance_WhileALiveHypothesisCouldStillWin_GoesOn()
    {
        // At most 10 tokens and EOS: a live hypothesis can be divided by (16 / 6)^0.6 = 1.80, the finished one of length 1 by 1.
        var beam = new Beam(0, 2, maxLength: 10, new LengthPenalty(0.6));
        beam.Advance([new(0, Eos, -2f), new(0, 5, -3.5f), new(0, 6, -4)]);
        Assert.False(beam.IsDone);
        Assert.Equal([5, 6], beam.Hypotheses.Select(live => live.Node.Token));

        // -3.61 / 1.80 is below -2: no continuation can win.
        beam.Advance([new(0, 7, -3.61f), new(1, 8, -5)]);
        Assert.True(beam.IsDone);
        Assert.Empty(beam.Best!.Tokens);
        Assert.Equal(-2, beam.Best.Score);
    }

    [Fact]
    public void Advance_WithABetterLongerTranslation_PrefersIt()
    {
        var beam = new Beam(0, 2, maxLength: 10, new LengthPenalty(0.6));
        beam.Advance([new(0, Eos, -2f), new(0, 5, -2.1f)]);
        beam.Advance([new(0, Eos, -2.15f), new(0, 6, -6)]);
        Assert.True(beam.IsDone);
        Assert.Equal([5], beam.Best!.Tokens);
        Assert.Equal(-2.15 / Math.Pow(7 / 6.0, 0.6), beam.Best.Score, 1e-6);
    }

    [Fact]
    public void Advance_OfContinuations_KeepsTheBestAndTheirParents()
    {
        var beam = new Beam(0, 2, maxLength: 10, new LengthPenalty(0));
        beam.Advance([new(0, 5, -1), new(0, 6, -2), new(0, 7, -3)]);
        beam.Advance([new(1, 8, -2.5f), new(1, 9, -2.6f), new(0, 10, -2.7f)]);
        Assert.Equal([1, 1], beam.Hypotheses.Select(live => live.Parent));
        Assert.Equal([[6, 8], [6, 9]], beam.Hypotheses.Select(live => live.Node.Tokens()));
    }

    [Fact]
    public void Advance_WhenEveryContinuationEnds_IsDone()
    {
        var beam = new Beam(0, 2, maxLength: 1, new LengthPenalty(2));
        beam.Advance([new(0, 5, -1), new(0, 6, -2)]);
        Assert.True(beam.MustEnd(1));
        beam.Advance([new(1, Eos, -2.5f), new(0, Eos, -4), new(0, 9, float.NegativeInfinity)]);
        Assert.True(beam.IsDone);
        Assert.Equal([6], beam.Best!.Tokens);
    }
}
