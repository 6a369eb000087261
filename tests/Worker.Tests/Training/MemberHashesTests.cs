using DistTrain.Worker.Tests.Collectives;
using DistTrain.Worker.Training;

namespace DistTrain.Worker.Tests.Training;

public class MemberHashesTests
{
    [Fact]
    public async Task Compare_OneMemberDiffers_EveryMemberNamesIt()
    {
        using var loopback = new Loopback(3);
        var failures = await loopback.Run(ring => Record.Exception(() =>
            MemberHashes.Compare(ring, ["w0", "w1", "w2"], ring.Rank == 1 ? "0123456789abcdef" : "fffffffffedcba98", step: 7)));
        Assert.All(failures,
            e => Assert.StartsWith("After step 7 the parameters of w1 differ", Assert.IsType<WorkerFaultException>(e).Message,
                StringComparison.Ordinal));
    }

    [Fact]
    public async Task Compare_TwoMembersDiffer_NobodyIsNamed()
    {
        using var loopback = new Loopback(2);
        var failures = await loopback.Run(ring => Record.Exception(() =>
            MemberHashes.Compare(ring, ["w0", "w1"], ring.Rank == 1 ? "0123456789abcdef" : "fffffffffedcba98", step: 7)));
        Assert.All(failures, e => Assert.StartsWith("After step 7 the parameters of w0 and w1 differ, and nobody knows whose are right: the last " +
            "checkpoint counts.", Assert.IsType<MembersDifferException>(e).Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Compare_AllAlike_Passes()
    {
        using var loopback = new Loopback(2);
        Assert.All(await loopback.Run(ring => Record.Exception(() => MemberHashes.Compare(ring, ["w0", "w1"], "fedcba9876543210", 7))), Assert.Null);
    }
}
