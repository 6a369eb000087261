using DistTrain.Shared.Checkpoints;
using DistTrain.Shared.Jobs;
using DistTrain.TestSupport.Processes;

namespace DistTrain.Cli.Tests.Checkpoints;

/// <summary>Which checkpoint a folder stands for, by what the folder says, and the sentence about it.</summary>
public sealed class CheckpointLocationTests(SomeRun run) : IClassFixture<SomeRun>, IDisposable
{
    private const string Older = "some-20260101-000000", Newer = "some-20260101-000000-2", Newest = "some-20260101-000001";

    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _told = [];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(JobStage.Completed, null, null, Older)]
    [InlineData(JobStage.Completed, JobStage.Failed, JobStage.Cancelled, Older)]
    [InlineData(JobStage.Completed, JobStage.Completed, JobStage.Failed, Newer)]
    [InlineData(JobStage.Completed, JobStage.Completed, JobStage.Completed, Newest)]
    [InlineData(JobStage.Failed, JobStage.Cancelled, null, Newest)]
    [InlineData(null, null, null, Newest)]
    public void Find_Run_IsItsNewestCompletedJobElseItsNewest(JobStage? older, JobStage? newer, JobStage? newest, string chosen)
    {
        // The order in which folders are made or copied says nothing.
        foreach (var (name, status) in new[] { (Newest, newest), (Older, older), (Newer, newer) }) Job(name, status);

        Assert.Equal(Path.Combine(_folder.Path, "jobs", chosen, "checkpoints", "align-00000010"), Find(_folder.Path));
        Assert.Contains($" of job {chosen}, the newest", Assert.Single(_told), StringComparison.Ordinal);
    }

    [Fact]
    public void Find_NewerJobsThatDidNotComplete_AreToldOf()
    {
        foreach (var (name, status) in new (string, JobStage?)[] { (Older, JobStage.Completed), (Newer, JobStage.Failed), (Newest, null) })
            Job(name, status);

        var checkpoint = Find(_folder.Path);

        Assert.Equal(
            $"Checkpoint {checkpoint}: step 10 of phase align (loss 0.400), the result of job {Older}, the newest completed of the run; newer but " +
                $"not completed: {Newest} (has not ended), {Newer} (failed).",
            Assert.Single(_told));
    }

    [Theory]
    [InlineData(JobStage.Completed, "align-00000008", "step 8 of phase align (loss 0.300), the result of job JOB, which is completed.")]
    [InlineData(JobStage.Failed, "align-00000005", "step 5 of phase align (loss 0.500), the best so far of job JOB, which failed.")]
    [InlineData(null, "align-00000005", "step 5 of phase align (loss 0.500), the best so far of job JOB, which has not ended.")]
    public void Find_Job_IsItsResultElseItsBest(JobStage? status, string name, string sentence)
    {
        var job = Job(Older, status, "align-00000008");
        File.WriteAllText(Path.Combine(job, "checkpoints", "best"), "align-00000005\n");

        Assert.Equal(name, Path.GetFileName(Find(job)));
        Assert.EndsWith(": " + sentence.Replace("JOB", Older, StringComparison.Ordinal), Assert.Single(_told), StringComparison.Ordinal);
    }

    [Fact]
    public void Find_NothingRanked_IsTheNewest()
    {
        var job = Job(Older, null);

        Assert.Equal("align-00000010", Path.GetFileName(Find(job)));
        Assert.Contains(", the newest of job ", Assert.Single(_told), StringComparison.Ordinal);
    }

    [Fact]
    public void Find_ResultThatPointsOutside_StaysInside() =>
        Assert.Equal(
            Path.Combine(Job(Older, JobStage.Completed, "../../elsewhere/align-00000008"), "checkpoints", "align-00000008"), Find(_folder.Path));

    [Fact]
    public void Find_Checkpoint_IsItselfWithoutAWord()
    {
        Assert.Equal(run.Checkpoint("align-00000005"), Find(run.Checkpoint("align-00000005") + "/"));
        Assert.Empty(_told);
    }

    [Fact]
    public void OfRun_NewerJobIsUnfinished_IsTheCompletedOne()
    {
        Job(Older, JobStage.Completed);
        Job(Newest, null);

        var all = CheckpointLocation.OfRun(_folder.Path, _told.Add);

        Assert.All(all, checkpoint => Assert.Contains(Older + "/", checkpoint, StringComparison.Ordinal));
        Assert.Equal($"The checkpoints are of job {Older}, the newest completed of the run; newer but not completed: {Newest} (has not ended).",
            Assert.Single(_told));
    }

    [Fact]
    public async Task Translate_Run_KeepsStandardOutputPure()
    {
        Job(Older, JobStage.Completed);

        var translated = await CommandRun.WithInput("you\n", "translate", "--checkpoint", _folder.Path, "--json");

        Assert.Equal(0, translated.ExitCode);
        Assert.Equal("you", translated.Json.GetProperty("source").GetString());
        // A model that was never trained goes on up to its limit, which is told.
        var errors = translated.Errors.Trim().Split(Environment.NewLine);
        Assert.StartsWith($"Checkpoint {_folder.Path}", errors[0], StringComparison.Ordinal);
        Assert.StartsWith("Line 1 reached the limit of ", Assert.Single(errors[1..]), StringComparison.Ordinal);
    }

    [Fact]
    public void Find_ResultThatCannotBeRead_NamesTheFileAndTheRemedy()
    {
        File.WriteAllText(Path.Combine(Job(Older, null), JobResult.FileName), "{");

        Assert.Contains($"{JobResult.FileName}' cannot be read", Assert.Throws<InvalidDataException>(() => Find(_folder.Path)).Message,
            StringComparison.Ordinal);
    }

    private string Find(string of) => CheckpointLocation.Find(of, _told.Add);

    private string Job(string name, JobStage? status, string checkpoint = "align-00000010")
    {
        var job = Path.Combine(_folder.Path, "jobs", name);
        run.CopyTo(job);
        if (status is not null) new JobResult(status.Value, checkpoint, "", DateTimeOffset.UnixEpoch).Write(job);
        return job;
    }
}
