using DistTrain.Cli.Client;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Protocol;

namespace DistTrain.Cli.Tests.Client;

public sealed class SubmissionTests
{
    private readonly ListedCoordinator _coordinator = new();
    private readonly List<string> _notes = [];

    [Fact]
    public async Task FindOrMake_UnfinishedJobOfTheContent_IsTheOneThatGoesOn()
    {
        _coordinator.With("q-1", ListedCoordinator.Spec("q"), JobStage.Waiting).With("q-2", ListedCoordinator.Spec("q"))
            .With("q-3", ListedCoordinator.Spec("q", steps: 3));

        var accepted = await Of(ListedCoordinator.Yaml("q") + " # the same\n").FindOrMake();

        Assert.Equal(("q-2", "/runs/q-2", true), (accepted.Job.Value, accepted.RunFolder, accepted.Existing));
        Assert.Empty(_coordinator.Submitted);
        Assert.Equal(["Job q-2 is unfinished, at step 300 of 6000 of phase pre; it is what q.yaml says, and goes on. To submit another: --new."],
            _notes);
    }

    [Theory]
    [InlineData(JobStage.Completed, null)]
    [InlineData(JobStage.Failed, "failed")]
    [InlineData(JobStage.Cancelled, "was cancelled")]
    public async Task FindOrMake_JobOfTheContentThatHasEnded_MakesAnotherAndSaysHowToTakeThatOneUp(JobStage ended, string? said)
    {
        _coordinator.With("q-1", ListedCoordinator.Spec("q"), ended);

        Assert.Equal("made", (await Of(ListedCoordinator.Yaml("q")).FindOrMake()).Job.Value);

        Assert.Equal(
            said is null
                ? []
                : [$"Job q-1 {said}, at step 300 of 6000 of phase pre; made is a new job. To take that one up instead: "
                    + "disttrain cancel made --seed 10.0.0.1:4053 && disttrain resume q-1 --seed 10.0.0.1:4053"],
            _notes);
    }

    [Fact]
    public async Task FindOrMake_EditedFile_MakesAJobAndTellsWhatDiffersAndWhatToType()
    {
        _coordinator.With("q-1", ListedCoordinator.Spec("q")).With("r-1", ListedCoordinator.Spec("r"));

        Assert.Equal("made", (await Of(ListedCoordinator.Yaml("q", steps: 3)).FindOrMake()).Job.Value);

        Assert.Equal(
            [
                "Job q-1 is unfinished, at step 300 of 6000 of phase pre, and q.yaml says otherwise; made is a new job beside it:",
                "  phases[0].steps 6000 -> 3",
                "To drop the unfinished one: disttrain cancel q-1 --seed 10.0.0.1:4053",
                "To go on with it instead, as q.yaml says, where that is possible: "
                    + "disttrain resume q-1 --job 'my jobs/q.yaml' --seed 10.0.0.1:4053 && disttrain cancel made --seed 10.0.0.1:4053",
            ],
            _notes);
    }

    [Fact]
    public async Task FindOrMake_SameContentWithDataOfAnotherFolder_MakesAJobAndOffersNoResume()
    {
        _coordinator.With("q-1", ListedCoordinator.Spec("q"), data: "/elsewhere");

        Assert.Equal("made", (await Of(ListedCoordinator.Yaml("q")).FindOrMake()).Job.Value);

        Assert.Contains("  the folder of the data, --data /elsewhere -> /data", _notes);
        Assert.DoesNotContain(_notes, note => note.Contains("resume", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\nstart: base\n", null)]
    [InlineData("\nstart: { checkpoint: other }\n", "base")]
    [InlineData("", "base")]
    public async Task FindOrMake_UnfinishedJobOfTheContentAndItsStart_GoesOn(string key, string? start)
    {
        _coordinator.With("q-1", ListedCoordinator.Started(ListedCoordinator.Spec("q"), "base")).With("q-2", ListedCoordinator.Spec("q"));

        var accepted = await Of(ListedCoordinator.Yaml("q") + key, start).FindOrMake();

        Assert.Equal(("q-1", true), (accepted.Job.Value, accepted.Existing));
        Assert.Empty(_coordinator.Submitted);
    }

    [Fact]
    public async Task FindOrMake_AnotherStart_MakesAJobFromTheCheckpointThatWasCompared()
    {
        _coordinator.With("q-1", ListedCoordinator.Started(ListedCoordinator.Spec("q"), "base"));

        Assert.Equal("made", (await Of(ListedCoordinator.Yaml("q"), "other").FindOrMake()).Job.Value);

        Assert.Equal("/data/other/best", Assert.Single(_coordinator.Submitted).Start);
        Assert.Contains("  start.checkpoint /data/base/best -> /data/other/best", _notes);
        Assert.Equal(
            "To go on with it instead, from what it started from: disttrain cancel made --seed 10.0.0.1:4053 && "
                + "disttrain submit 'my jobs/q.yaml' --start /data/base/best --seed 10.0.0.1:4053",
            _notes[^1]);
    }

    [Fact]
    public async Task FindOrMake_AFileWithoutTheStartOfTheJob_SaysHowToGoOnFromItInItsDataFolder()
    {
        _coordinator.With("q-1", ListedCoordinator.Started(ListedCoordinator.Spec("q"), "base"), data: "/srv/my data");

        Assert.Equal("made", (await Of(ListedCoordinator.YamlWithoutModel("q"), data: "/srv/my data").FindOrMake()).Job.Value);

        Assert.Equal(
            [
                "Job q-1 is unfinished, at step 300 of 6000 of phase pre, and q.yaml says otherwise; made is a new job beside it:",
                "  start.checkpoint /data/base/best -> none",
                "To drop the unfinished one: disttrain cancel q-1 --seed 10.0.0.1:4053",
                "To go on with it instead, from what it started from: disttrain cancel made --seed 10.0.0.1:4053 && "
                    + "disttrain submit 'my jobs/q.yaml' --start /data/base/best --data '/srv/my data' --seed 10.0.0.1:4053",
            ],
            _notes);
    }

    [Fact]
    public async Task FindOrMake_TwoThatFoundTheSame_NameTheirSubmissionsAlike()
    {
        await Of(ListedCoordinator.Yaml("q")).FindOrMake();
        await Of(ListedCoordinator.Yaml("q")).FindOrMake();

        Assert.Single(_coordinator.Submitted.Select(submit => submit.RequestId).Distinct());
    }

    [Fact]
    public async Task FindOrMake_FileThatCannotBeRead_IsTheCoordinatorsToRefuse()
    {
        await Of("name: [").FindOrMake();

        Assert.Equal("name: [", Assert.Single(_coordinator.Submitted).Spec);
    }

    [Fact]
    public async Task Make_UnfinishedJobOfTheContent_MakesAnotherAllTheSame()
    {
        _coordinator.With("q-1", ListedCoordinator.Spec("q"));

        Assert.Equal("made", (await Of(ListedCoordinator.Yaml("q")).Make()).Job.Value);
        Assert.Equal("mine", Assert.Single(_coordinator.Submitted).RequestId);
    }

    private Submission Of(string text, string? start = null, string? data = null) => new(
        _coordinator.Ask, new JobsProtocol.SubmitJob(text, "q.yaml", data, "mine", start), "my jobs/q.yaml", "--seed 10.0.0.1:4053", _notes.Add);
}
