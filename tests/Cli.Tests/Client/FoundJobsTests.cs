using DistTrain.Cli.Client;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Reading;

namespace DistTrain.Cli.Tests.Client;

public sealed class FoundJobsTests
{
    [Fact]
    public async Task Beside_JobsOfManyPages_FindsTheUnfinishedOnesOfAllAndCountsAll()
    {
        var spec = ListedCoordinator.Spec("q");
        var coordinator = new ListedCoordinator().With("q-1", spec, JobStage.Completed).With("q-2", spec, JobStage.Waiting)
            .With("q-3", spec, JobStage.Failed).With("q-4", spec);

        var found = await FoundJobs.Beside(coordinator.Ask, Wanted(spec), null);

        Assert.Equal(["q-2", "q-4"], found.Unfinished.Select(job => job.Status.Job.Value));
        Assert.All(found.Unfinished, job => Assert.True(job.IsSame));
        Assert.Equal((4, "/data"), (found.Jobs, found.DataRoot));
    }

    [Fact]
    public async Task Beside_DataOfAnotherFolder_IsComparedWithItOnEveryPage()
    {
        var spec = ListedCoordinator.Spec("q");
        var coordinator = new ListedCoordinator().With("q-1", spec, data: "/elsewhere").With("q-2", spec);

        var found = await FoundJobs.Beside(coordinator.Ask, Wanted(spec), "/elsewhere");

        Assert.Equal([("q-1", true), ("q-2", false)], found.Unfinished.Select(job => (job.Status.Job.Value, job.SameData)));
    }

    [Fact]
    public async Task Beside_JobsThatAreBeingRead_AreWhatTheyThemselvesTell()
    {
        var spec = ListedCoordinator.Spec("q");
        var coordinator = new ListedCoordinator().With("q-1", spec, JobStage.Starting, JobStage.Completed)
            .With("q-2", spec, JobStage.Starting, JobStage.Training);

        var job = Assert.Single((await FoundJobs.Beside(coordinator.Ask, Wanted(spec), null)).Unfinished);

        Assert.Equal("Job q-2 is unfinished, at step 300 of 6000 of phase pre", job.Describe());
    }

    [Theory]
    [InlineData(JobStage.Failed)]
    [InlineData(JobStage.Cancelled)]
    [InlineData(JobStage.Completed)]
    public async Task Beside_JobsOfTheNameThatHaveEnded_FindsTheNewest(JobStage status)
    {
        var spec = ListedCoordinator.Spec("q");
        var coordinator = new ListedCoordinator().With("q-1", spec, JobStage.Failed).With("q-2", spec, status)
            .With("r-1", ListedCoordinator.Spec("r"), JobStage.Failed);

        var found = await FoundJobs.Beside(coordinator.Ask, Wanted(spec), null);

        Assert.Empty(found.Unfinished);
        Assert.Equal(("q-2", status, true), (found.Ended!.Status.Job.Value, found.Ended.Status.Status, found.Ended.IsSame));
    }

    [Theory]
    [InlineData(JobStage.Failed, JobStage.Failed, null)]
    [InlineData(JobStage.Failed, JobStage.Cancelled, null)]
    [InlineData(JobStage.Completed, JobStage.Failed, "q-1")]
    public async Task Beside_AJobThatEndedBeforeItsFirstCheckpoint_IsNothingToGoOnFromNorIsOneThatWasLeftForIt(JobStage first, JobStage second,
        string? ended)
    {
        var spec = ListedCoordinator.Spec("q");
        var coordinator = new ListedCoordinator().With("q-1", spec, first).With("q-2", spec, second, hasCheckpoint: false);

        Assert.Equal(ended, (await FoundJobs.Beside(coordinator.Ask, Wanted(spec), null)).Ended?.Status.Job.Value);
    }

    [Theory]
    [InlineData(JobStage.Cancelled, FoundJob.Replaced + "an edited job file", true)]
    [InlineData(JobStage.Cancelled, "A user asked for it.", false)]
    [InlineData(JobStage.Failed, FoundJob.Replaced + "nothing", false)]
    public void IsReplaced_OnlyACancelledJobWithThatReason(JobStage status, string because, bool replaced) =>
        Assert.Equal(replaced, FoundJob.IsReplaced(new(new("q-1"), "q", status, because, "pre", 300, 6000, 1, 1, null, "/runs/q-1", 60, [])));

    [Theory]
    [InlineData(6001, true)]
    [InlineData(6000, false)]
    [InlineData(5999, false)]
    public async Task IsExtended_MoreStepsOfTheLastPhase(int steps, bool extended)
    {
        var coordinator = new ListedCoordinator().With("q-1", ListedCoordinator.Spec("q"), JobStage.Completed);

        Assert.Equal(extended, (await FoundJobs.Beside(coordinator.Ask, Wanted(ListedCoordinator.Spec("q", steps)), null)).Ended!.IsExtended);
    }

    [Theory]
    [InlineData("seed: 2", false)]
    [InlineData("checkpoints: { keep_last: 9 }", true)]
    [InlineData("start: { checkpoint: /base }", false)]
    public async Task IsExtended_OnlyWhereNothingElseChangesWhatIsTrained(string change, bool extended)
    {
        var coordinator = new ListedCoordinator().With("q-1", ListedCoordinator.Spec("q"), JobStage.Completed);
        var file = Wanted(JobSpecReader.Read(change + "\n" + ListedCoordinator.Yaml("q", steps: 6001), "q.yaml").Spec!);

        Assert.Equal(extended, (await FoundJobs.Beside(coordinator.Ask, file, null)).Ended!.IsExtended);
    }

    [Fact]
    public async Task Beside_AFileWithoutTheJobsStart_DiffersInThatAlone()
    {
        var coordinator = new ListedCoordinator().With("q-1", ListedCoordinator.Started(ListedCoordinator.Spec("q"), "base"));

        var same = Assert.Single(
            (await FoundJobs.Beside(coordinator.Ask, Wanted(ListedCoordinator.Spec("q"), ListedCoordinator.YamlWithoutModel("q")),
                null)).Unfinished);
        Assert.Equal(["start.checkpoint /data/base/best -> none"], same.Differences);
        Assert.Equal(("/data/base/best", "/data/base/best"), (same.KeptStart, same.OwnStart));

        var more = Assert.Single(
            (await FoundJobs.Beside(coordinator.Ask, Wanted(ListedCoordinator.Spec("q", 9000), ListedCoordinator.YamlWithoutModel("q", 9000)),
                null)).Unfinished);
        Assert.Equal(["phases[0].steps 6000 -> 9000"], more.Changes);
        Assert.Null(more.OwnStart);
        Assert.Equal(["start.checkpoint /data/base/best -> none", "phases[0].steps 6000 -> 9000"], more.Differences);

        // A file that says the model is another than the start's contradicts it.
        var other = Assert.Single(
            (await FoundJobs.Beside(coordinator.Ask, Wanted(ListedCoordinator.Spec("q"), ListedCoordinator.Yaml("q")), null)).Unfinished);
        Assert.Null(other.KeptStart);
    }

    [Fact]
    public async Task RequestId_OtherContentOrAfterAnotherJob_IsAnother()
    {
        var spec = ListedCoordinator.Spec("q");
        var none = await FoundJobs.Beside(new ListedCoordinator().Ask, Wanted(spec), null);
        var one = await FoundJobs.Beside(new ListedCoordinator().With("q-1", spec, JobStage.Completed).Ask, Wanted(spec), null);

        Assert.Equal(none.RequestId(spec), none.RequestId(ListedCoordinator.Spec("q")));
        Assert.NotEqual(none.RequestId(spec), none.RequestId(ListedCoordinator.Spec("q", steps: 3)));
        Assert.NotEqual(none.RequestId(spec), one.RequestId(spec));
        Assert.NotEqual(none.RequestId(spec), (none with { DataRoot = "/elsewhere" }).RequestId(spec));
    }

    private static WantedJob Wanted(JobSpec spec, string? text = null) => new(spec, text ?? JobSpecWriter.ToJson(spec), "q.yaml");
}
