using DistTrain.Shared.Logging;

namespace DistTrain.Shared.Tests.Logging;

public class LineLimitTests
{
    private static readonly TimeSpan Start = TimeSpan.FromHours(3);

    [Fact]
    public void Admit_AsManyAsAreAllowed_LeavesNoneOut()
    {
        var limit = new LineLimit();

        Assert.Equal(Enumerable.Repeat<long?>(0, Limits.StrangerLines), Enumerable.Range(0, Limits.StrangerLines).Select(_ => limit.Admit(Start)));
        Assert.Null(limit.Admit(Start + Limits.StrangerLinesTime - TimeSpan.FromTicks(1)));
    }

    [Fact]
    public void Admit_AFloodAndThenAnother_TellsOnceHowManyWereLeftOut()
    {
        var limit = new LineLimit();
        var written = Enumerable.Range(0, 1000).Count(_ => limit.Admit(Start) is not null);
        var later = Start + Limits.StrangerLinesTime;

        Assert.Equal(Limits.StrangerLines, written);
        Assert.Equal(1000 - Limits.StrangerLines, limit.Admit(later));
        Assert.Equal(0, limit.Admit(later));
    }

    [Fact]
    public void Admit_OfALimitOfItsOwn_CountsByIt() =>
        Assert.Equal([0L, 0L, 0L, null], new LineLimit(3) is var limit ? Enumerable.Range(0, 4).Select(_ => limit.Admit(Start)) : []);

    [Fact]
    public void Admit_EvenlyForAnHour_WritesNoMoreThanItsShare()
    {
        var limit = new LineLimit();
        var answers = Enumerable.Range(0, 36_000).Select(tenth => limit.Admit(Start + TimeSpan.FromMilliseconds(100 * tenth))).ToList();

        Assert.Equal(60 * Limits.StrangerLines, answers.Count(answer => answer is not null));
        Assert.Equal(59 * (600 - Limits.StrangerLines), answers.Sum());
    }
}
