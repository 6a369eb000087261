using DistTrain.Worker.Reporting;

namespace DistTrain.Worker.Tests.Reporting;

public class CoordinatorContactTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly CoordinatorContact _contact = new(Start);

    [Fact]
    public void IsDue_NobodyAnswers_OnceInEachInterval()
    {
        var told = Enumerable.Range(1, 60).Where(second => _contact.IsDue(At(second)));

        Assert.Equal([5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60], told);
        Assert.Equal(TimeSpan.FromSeconds(60), _contact.Silence(At(60)));
    }

    [Fact]
    public void Heard_AfterASilenceThatWasTold_EndsIt()
    {
        Assert.False(_contact.Heard(At(2)));
        Assert.True(_contact.IsDue(At(7)));
        Assert.True(_contact.Heard(At(8)));
        Assert.False(_contact.Heard(At(9)));
        Assert.False(_contact.IsDue(At(13)));
    }

    private static DateTimeOffset At(int second) => Start + TimeSpan.FromSeconds(second);
}
