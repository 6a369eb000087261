using DistTrain.Worker.Tests.Collectives;
using DistTrain.Worker.Training;

namespace DistTrain.Worker.Tests.Training;

public class MemberSpeedsTests
{
    [Fact]
    public async Task Look_OneIsHalfAsFast_TellsAllTheSameSharesAtTheSecondLook()
    {
        var looks = await Look(3, looks: 3, seconds: rank => rank == 1 ? 2 : 1);
        Assert.All(looks, own =>
        {
            Assert.Null(own[0]);
            Assert.Equal([1.2, 0.6, 1.2], own[1]!.Select(speed => Math.Round(speed, 12)));
            // They are as they are to be.
            Assert.Null(own[2]);
        });
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(1.3)]
    public async Task Look_AlmostAlike_LeavesTheShares(double seconds) =>
        Assert.All(await Look(2, looks: 4, seconds: rank => rank == 0 ? 1 : seconds), own => Assert.All(own, Assert.Null));

    [Fact]
    public async Task Look_UnevenForOnce_LeavesTheShares()
    {
        using var loopback = new Loopback(2);
        var looks = await loopback.Run(ring =>
        {
            var speeds = new MemberSpeeds(2);
            return new[] { 3.0, 1.0, 3.0, 1.0 }.Select(seconds =>
            {
                speeds.Add(TimeSpan.FromSeconds(ring.Rank == 0 ? 1 : seconds), 100);
                return speeds.Look(ring);
            }).ToList();
        });
        Assert.All(looks, own => Assert.All(own, Assert.Null));
    }

    [Fact]
    public async Task Look_AMemberHadNothingToCompute_LeavesTheShares() =>
        Assert.All(await Look(2, looks: 3, seconds: rank => rank), own => Assert.All(own, Assert.Null));

    private static async Task<List<IReadOnlyList<double>?>[]> Look(int members, int looks, Func<int, double> seconds)
    {
        using var loopback = new Loopback(members);
        return await loopback.Run(ring =>
        {
            var speeds = new MemberSpeeds(members);
            return Enumerable.Range(0, looks).Select(_ =>
            {
                // A member with twice the share takes twice as long: what is measured is the speed.
                speeds.Add(TimeSpan.FromSeconds(seconds(ring.Rank)), seconds(ring.Rank) > 0 ? 100 : 0);
                return speeds.Look(ring);
            }).ToList();
        });
    }
}
