using DistTrain.Cli.Client;

namespace DistTrain.Cli.Tests.Client;

public sealed class FoundJobsTests
{
    [Fact]
    public async Task Beside_JobsOfManyPages_FindsTheUnfinishedOnesOfAllAndCountsAll()
    {
        var spec = ListedCoordinator.Spec("q");
        var coordinator = new ListedCoordinator().With("q-1", spec, "completed").With("q-2", spec, "waiting").With("q-3", spec, "failed").With("q-4", spec);

        var found = await FoundJobs.Beside(coordinator.Ask, spec, null);

        Assert.Equal(["q-2", "q-4"], found.Unfinished.Select(job => job.Status.Job.Value));
        Assert.All(found.Unfinished, job => Assert.True(job.IsSame));
        Assert.Equal((4, "/data"), (found.Jobs, found.DataRoot));
    }

    [Fact]
    public async Task Beside_DataOfAnotherFolder_IsComparedWithItOnEveryPage()
    {
        var spec = ListedCoordinator.Spec("q");
        var coordinator = new ListedCoordinator().With("q-1", spec, data: "/elsewhere").With("q-2", spec);

        var found = await FoundJobs.Beside(coordinator.Ask, spec, "/elsewhere");

        Assert.Equal([("q-1", true), ("q-2", false)], found.Unfinished.Select(job => (job.Status.Job.Value, job.SameData)));
    }

    [Fact]
    public async Task Beside_JobsThatAreBeingRead_AreWhatTheyThemselvesTell()
    {
        var spec = ListedCoordinator.Spec("q");
        var coordinator = new ListedCoordinator().With("q-1", spec, "starting", "completed").With("q-2", spec, "starting", "training");

        var job = Assert.Single((await FoundJobs.Beside(coordinator.Ask, spec, null)).Unfinished);

        Assert.Equal("Job q-2 is unfinished, at step 300 of 6000 of phase pre", job.Describe());
    }

    [Theory]
    [InlineData("failed")]
    [InlineData("cancelled")]
    [InlineData("completed")]
    public async Task Beside_JobsOfTheNameThatHaveEnded_FindsTheNewest(string status)
    {
        var spec = ListedCoordinator.Spec("q");
        var coordinator = new ListedCoordinator().With("q-1", spec, "failed").With("q-2", spec, status).With("r-1", ListedCoordinator.Spec("r"), "failed");

        var found = await FoundJobs.Beside(coordinator.Ask, spec, null);

        Assert.Empty(found.Unfinished);
        Assert.Equal(("q-2", status, true), (found.Ended!.Status.Job.Value, found.Ended.Status.Status, found.Ended.IsSame));
    }

    [Theory]
    [InlineData("failed")]
    [InlineData("cancelled")]
    public async Task Beside_AJobThatEndedBeforeItsFirstCheckpoint_LeavesNothingToGoOnFrom(string status)
    {
        var spec = ListedCoordinator.Spec("q");
        var coordinator = new ListedCoordinator().With("q-1", spec, "failed").With("q-2", spec, status, hasCheckpoint: false);

        Assert.Equal("q-1", (await FoundJobs.Beside(coordinator.Ask, spec, null)).Ended!.Status.Job.Value);
    }

    [Theory]
    [InlineData("cancelled", FoundJob.Replaced + "an edited job file", true)]
    [InlineData("cancelled", "A user asked for it.", false)]
    [InlineData("failed", FoundJob.Replaced + "nothing", false)]
    public void IsReplaced_OnlyACancelledJobWithThatReason(string status, string because, bool replaced) =>
        Assert.Equal(replaced, FoundJob.IsReplaced(new(new("q-1"), "q", status, because, "pre", 300, 6000, 1, 1, null, "/runs/q-1", 60, [])));

    [Theory]
    [InlineData(6001, true)]
    [InlineData(6000, false)]
    [InlineData(5999, false)]
    public async Task IsExtended_MoreStepsOfTheLastPhase(int steps, bool extended)
    {
        var coordinator = new ListedCoordinator().With("q-1", ListedCoordinator.Spec("q"), "completed");

        Assert.Equal(extended, (await FoundJobs.Beside(coordinator.Ask, ListedCoordinator.Spec("q", steps), null)).Ended!.IsExtended);
    }

    [Fact]
    public async Task RequestId_OtherContentOrAfterAnotherJob_IsAnother()
    {
        var spec = ListedCoordinator.Spec("q");
        var none = await FoundJobs.Beside(new ListedCoordinator().Ask, spec, null);
        var one = await FoundJobs.Beside(new ListedCoordinator().With("q-1", spec, "completed").Ask, spec, null);

        Assert.Equal(none.RequestId(spec), none.RequestId(ListedCoordinator.Spec("q")));
        Assert.NotEqual(none.RequestId(spec), none.RequestId(ListedCoordinator.Spec("q", steps: 3)));
        Assert.NotEqual(none.RequestId(spec), one.RequestId(spec));
        Assert.NotEqual(none.RequestId(spec), (none with { DataRoot = "/elsewhere" }).RequestId(spec));
    }
}
