using DistTrain.Coordinator.Jobs;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Tests.Jobs;

public class SeenReportsTests
{
    private static readonly WorkerId One = new("w1"), Two = new("w2");

    [Fact]
    public void IsNew_EachNumberOfEachMember_Once()
    {
        var seen = new SeenReports();

        Assert.Equal([true, true, false, true, true, false],
            new[] { (One, 7L), (One, 3L), (One, 7L), (Two, 7L), (One, 8L), (One, 3L) }.Select(report => seen.IsNew(report.Item1, report.Item2)));
    }

    [Fact]
    public void IsNew_AfterManyReports_StillKnowsThoseOfItsWindow()
    {
        var seen = new SeenReports();
        const int Count = (3 * SeenReports.Window) + 1;
        for (var sequence = 1L; sequence <= Count; sequence++)
            if (sequence != Count - 5) Assert.True(seen.IsNew(One, sequence));

        Assert.True(seen.IsNew(One, Count - 5));
        Assert.False(seen.IsNew(One, Count - 5));
        Assert.False(seen.IsNew(One, Count - SeenReports.Window + 1));
        Assert.False(seen.IsNew(One, 1));
    }
}
