using DistTrain.Coordinator.Generations;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Tests.Generations;

public class GenerationStateTests
{
    private static readonly WorkerId A = new("a"), B = new("b"), C = new("c");

    private readonly GenerationState _state = new([A, B, C]);

    [Fact]
    public void WithFinished_AllWithTheSameHash_IsWell()
    {
        var state = _state.WithFinished(A, "x").WithFinished(B, "x");
        Assert.False(state.AllFinished);

        state = state.WithFinished(C, "x");

        Assert.Equal((true, true, null), (state.AllFinished, state.AllTrain, state.EndsBecause));
    }

    [Fact]
    public void WithFinished_OneHashDiffers_NamesTheOddMember()
    {
        var state = _state.WithFinished(A, "x").WithFinished(B, "y").WithFinished(C, "x");

        Assert.Equal("Worker b is at fault: It ended with other parameters than the rest. Its memory or device may be faulty.",
            state.EndsBecause);
        Assert.Equal(EndCause.WorkerAtFault, state.Cause);
    }

    [Fact]
    public void EndingBecause_FailureAfterABreak_OutranksIt()
    {
        var state = _state.EndingBecause("ring broke", EndCause.MemberLost).EndingBecause("out of memory", EndCause.JobAtFault)
            .EndingBecause("later", EndCause.JobAtFault);

        Assert.Equal(("out of memory", EndCause.JobAtFault), (state.EndsBecause, state.Cause));
    }

    [Fact]
    public void EndingBecause_BreakAfterALoss_LeavesTheLoss() =>
        Assert.Equal("lost", _state.EndingBecause("lost", EndCause.MemberLost).EndingBecause("ring broke", EndCause.MemberLost).EndsBecause);

    [Fact]
    public void WithBreak_TheMissedWorkerIsSilent_IsTheReason()
    {
        var state = _state.WithStopped(A).WithBreak(new(B, "closed its link", 41)).WithStopped(C).WithBreak(new(B, "took nothing for 9 s", 40));

        Assert.Equal(("Worker 'b' closed its link.", EndCause.MemberLost, 41L), (state.EndsBecause, state.Cause, state.StepsDone));
        Assert.Equal([B], state.Missed);
        Assert.Equal([A, C], state.Stopped);
    }

    [Fact]
    public void WithBreak_AMissedWorkerSpokeItself_TheSilentOneIsTheReason()
    {
        var state = _state.WithStopped(A).WithBreak(new(C, "closed its link", 41)).WithStopped(C).WithBreak(new(B, "closed its link", 41));

        Assert.Equal("Worker 'b' closed its link.", state.EndsBecause);
        Assert.Equal([B], state.Missed);
    }

    [Fact]
    public void WithBreak_AllSpokeThemselves_TheFirstWordIsTheReason() => Assert.Equal(
        "Worker 'b' sent nothing for 9 s.",
        _state.WithStopped(A).WithBreak(new(B, "sent nothing for 9 s", 0)).WithStopped(B).WithBreak(new(A, "closed its link", 0)).EndsBecause);

    [Fact]
    public void WithBreak_AfterAnotherReason_LeavesIt() =>
        Assert.Equal("cancelled", _state.EndingBecause("cancelled", EndCause.MemberLost).WithBreak(new(B, "closed its link", 0)).EndsBecause);

    [Fact]
    public void EndingBecause_LossAfterABreak_LeavesTheBreakButNotAFailure()
    {
        var broken = _state.WithStopped(A).WithBreak(new(B, "closed its link", 0)).EndingBecause("Worker b is lost.", EndCause.MemberLost);

        Assert.Equal("Worker 'b' closed its link.", broken.EndsBecause);
        var failed = broken.EndingBecause("diverged", EndCause.JobAtFault);
        Assert.Equal(("diverged", EndCause.JobAtFault), (failed.EndsBecause, failed.Cause));
    }

    [Fact]
    public void WithOver_EveryMember_IsAllOver() =>
        Assert.Equal((false, true), (_state.WithOver(A).WithOver(B).WithOver(A).AllOver, _state.WithOver(A).WithOver(B).WithOver(C).AllOver));
}
