using DistTrain.Cli.Client;
using DistTrain.Cli.Local;
using DistTrain.Cli.Terminal;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Reading;
using DistTrain.Shared.Protocol;

namespace DistTrain.Cli.Tests.Local;

public sealed class UnfinishedJobsTests
{
    private const string Yaml = """
        name: q
        model: { preset: tiny }
        phases:
          - name: pre
            type: supervised
            data: { train: train.tsv }
            steps: 6000
            optimizer: { learning_rate: 0.03 }
        """;

    private readonly List<JobsProtocol.IQuestion> _asked = [];
    private readonly List<string> _notes = [];

    [Fact]
    public async Task Settle_TheFilesJob_GoesOnAndSaysSo()
    {
        var reordered = Yaml.Replace("model: { preset: tiny }\n", "", StringComparison.Ordinal) + "\nmodel: { preset: tiny } # the same\n";

        Assert.Equal(new JobId("q-1"), await Settle(UnfinishedChoice.Refuse, reordered, Found("q-1", reordered)));
        Assert.Equal(["Job q-1 is unfinished, at step 300 of 6000 of phase pre; it is what q.yaml says, and goes on."], _notes);
        Assert.Empty(_asked);
    }

    [Fact]
    public async Task Settle_NoUnfinishedJob_Submits() => Assert.Null(await Settle(UnfinishedChoice.Refuse, Yaml));

    [Fact]
    public async Task Settle_EditedFile_NamesJobPhaseStepKeysAndWhatToType()
    {
        var edited = Edited();

        var refused = await Assert.ThrowsAsync<UsageException>(() => Settle(UnfinishedChoice.Refuse, edited, Found("q-1", edited)));

        Assert.Equal(
            [
                "Job q-1 is unfinished, at step 300 of 6000 of phase pre, and q.yaml says otherwise:",
                "  phases[0].steps 6000 -> 3",
                "  phases[0].optimizer.learning_rate 0.03 -> 0.001",
                "Nothing trains.",
                "To go on with it, with what q.yaml says where that is possible:",
                "  run --unfinished Resume",
                "To drop it and run q.yaml:",
                "  run --unfinished Drop",
            ],
            refused.Message.Split(Environment.NewLine));
        Assert.Empty(_asked);
    }

    [Fact]
    public async Task Settle_OtherDataFolder_CannotBeResumed()
    {
        var refused = await Assert.ThrowsAsync<UsageException>(() => Settle(UnfinishedChoice.Resume, Yaml, Found("q-1", Yaml, "/elsewhere")));

        Assert.Contains("the folder of the data, --data /data -> /elsewhere", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("--unfinished Resume", refused.Message, StringComparison.Ordinal);
        Assert.Empty(_asked);
    }

    [Fact]
    public async Task Settle_Drop_CancelsTheOthersWithTheReasonAndKeepsTheFilesOwn()
    {
        var edited = Edited();

        Assert.Equal(new JobId("q-2"),
            await Settle(UnfinishedChoice.Drop, edited, Found("q-1", edited), Found("q-2", edited) with { Differences = [] }));

        var cancel = Assert.IsType<JobsProtocol.CancelJob>(Assert.Single(_asked));
        Assert.Equal(("q-1", "Replaced by an edited job file, by --unfinished drop."), (cancel.Job.Value, cancel.Because));
        Assert.Equal(["Job q-1 is unfinished, at step 300 of 6000 of phase pre; it is cancelled. Its checkpoints stay in /runs/q-1."], _notes);
    }

    [Fact]
    public async Task Settle_Resume_TakesTheFileWithTheReason()
    {
        var edited = Edited();

        Assert.Equal(new JobId("q-1"), await Settle(UnfinishedChoice.Resume, edited, Found("q-1", edited)));

        var resume = Assert.IsType<JobsProtocol.ResumeJob>(Assert.Single(_asked));
        Assert.Equal(("q-1", "The edited job file is taken, by --unfinished resume."), (resume.Job.Value, resume.Because));
        Assert.Equal(edited, resume.Spec);
    }

    [Fact]
    public async Task Settle_ResumeThatTheCoordinatorRefuses_SaysWhyAndHowToDrop()
    {
        var edited = Edited();

        var refused = await Assert.ThrowsAsync<UsageException>(() =>
            Settle(UnfinishedChoice.Resume, edited, new JobsProtocol.JobRefused(["phases[0].steps is 3, but 300 steps of phase pre are done."]),
                Found("q-1", edited)));

        Assert.Contains("phases[0].steps is 3, but 300 steps of phase pre are done.", refused.Message, StringComparison.Ordinal);
        Assert.Contains("run --unfinished Drop", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settle_AJobWithACheckpoint_SaysHowToStartFromIt()
    {
        var edited = Edited();
        var found = Found("q-1", edited);

        var refused = await Assert.ThrowsAsync<UsageException>(() =>
            Settle(UnfinishedChoice.Refuse, edited, found with { Status = found.Status with { Checkpoint = "/runs/q-1/checkpoints/pre-300" } }));

        Assert.Contains("To drop it and run q.yaml from its best checkpoint:", refused.Message, StringComparison.Ordinal);
        Assert.Contains("run --unfinished Drop --start q-1", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(JobStage.Failed, "failed")]
    [InlineData(JobStage.Cancelled, "was cancelled")]
    public async Task Settle_TheFilesJobThatFailedOrWasCancelled_IsTakenUpAndSaysSo(JobStage status, string said)
    {
        Assert.Equal(new JobId("q-1"), await SettleEnded(UnfinishedChoice.Refuse, Yaml, status));

        var resume = Assert.IsType<JobsProtocol.ResumeJob>(Assert.Single(_asked));
        Assert.Equal(("q-1", Yaml), (resume.Job.Value, resume.Spec));
        Assert.Equal(
            [$"Job q-1 {said}, at step 300 of 6000 of phase pre; it is what q.yaml says, and is taken up from where it was. To begin anew: run " +
                "--unfinished Drop"], _notes);
    }

    [Fact]
    public async Task Settle_TheFilesFailedJobDropped_IsLeftAndAnotherIsSubmitted()
    {
        Assert.Null(await SettleEnded(UnfinishedChoice.Drop, Yaml, JobStage.Failed));

        Assert.Empty(_asked);
        Assert.Equal(["Job q-1 failed, at step 300 of 6000 of phase pre; it is left. Its checkpoints stay in /runs/q-1."], _notes);
    }

    [Fact]
    public async Task Settle_AFailedJobAndAnEditedFile_RefusesResumesOrDropsAsChosen()
    {
        var refused = await Assert.ThrowsAsync<UsageException>(() => SettleEnded(UnfinishedChoice.Refuse, Edited(), JobStage.Failed));
        Assert.Contains("Job q-1 failed, at step 300 of 6000 of phase pre, and q.yaml says otherwise:", refused.Message, StringComparison.Ordinal);
        Assert.Contains("run --unfinished Resume", refused.Message, StringComparison.Ordinal);
        Assert.Contains("run --unfinished Drop", refused.Message, StringComparison.Ordinal);

        Assert.Null(await SettleEnded(UnfinishedChoice.Drop, Edited(), JobStage.Failed));
        Assert.Empty(_asked);

        Assert.Equal(new JobId("q-1"), await SettleEnded(UnfinishedChoice.Resume, Edited(), JobStage.Failed));
        Assert.Equal(Edited(), Assert.IsType<JobsProtocol.ResumeJob>(Assert.Single(_asked)).Spec);
    }

    [Fact]
    public async Task Settle_ACompletedJobThatTheFileExtends_BeginsAnewAndSaysHowToGoOnOrGoesOn()
    {
        Assert.Null(await SettleEnded(UnfinishedChoice.Refuse, Extended, JobStage.Completed));
        Assert.Empty(_asked);
        Assert.Equal(
            ["Job q-1 is completed, and q.yaml asks for more; a new job begins. To go on with q-1 instead, end this (Ctrl-C) before its first " +
                "checkpoint and type: run --unfinished Resume"], _notes);

        // The one that had begun when the command was typed.
        Assert.Equal(new JobId("q-1"),
            await SettleEnded(UnfinishedChoice.Resume, Extended, JobStage.Completed, Found("q-2", Extended) with { Differences = [] }));
        Assert.Equal(Extended, Assert.IsType<JobsProtocol.ResumeJob>(_asked[0]).Spec);
        Assert.StartsWith(FoundJob.Replaced, Assert.IsType<JobsProtocol.CancelJob>(_asked[1]).Because, StringComparison.Ordinal);
        Assert.Equal(2, _asked.Count);
    }

    [Fact]
    public async Task Settle_ACompletedJobThatSaysTheSameOrLess_IsNoMatter()
    {
        foreach (var choice in Enum.GetValues<UnfinishedChoice>())
            foreach (var yaml in new[] { Yaml, Edited() }) Assert.Null(await SettleEnded(choice, yaml, JobStage.Completed));

        Assert.Empty(_asked);
        Assert.Empty(_notes);
    }

    [Fact]
    public async Task Settle_OnlyTheStartIsAnother_SaysHowToGoOnFromTheJobsOwn()
    {
        var found = Found("q-1", Yaml) with { Differences = ["start.checkpoint /a -> /b"], OwnStart = "/a" };

        var refused = await Assert.ThrowsAsync<UsageException>(() => Settle(UnfinishedChoice.Refuse, Yaml, found));

        Assert.Contains("run --unfinished Refuse --start /a", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("run --unfinished Resume", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settle_ResumeOfAJobWithAStartThatTheFileDoesNotName_SaysThatItStays()
    {
        var found = FoundJob.Of(
            Found("q-1", Yaml).Status, new(new("q-1"), JobSpecWriter.ToJson(Spec(Yaml) with { Start = new() { Checkpoint = "/base" } }), "/data"),
            new(Spec(Extended), Extended, "q.yaml"), "/data");

        await Settle(UnfinishedChoice.Resume, Extended, found);

        Assert.Equal(
            ["Job q-1 is unfinished, at step 300 of 6000 of phase pre; it goes on with q.yaml as it is now: phases[0].steps 6000 -> 9000. Its " +
                "start stays /base."], _notes);
    }

    private static string Extended => Yaml.Replace("6000", "9000", StringComparison.Ordinal);

    private static string Edited() => Yaml.Replace("0.03", "0.001", StringComparison.Ordinal).Replace("6000", "3", StringComparison.Ordinal);

    private static JobSpec Spec(string yaml) => JobSpecReader.Read(yaml, "q.yaml").Spec!;

    /// <summary>A job of the unedited file, beside a file.</summary>
    private static FoundJob Found(string job, string yaml, string data = "/data") => FoundJob.Of(
        new(new(job), "q", JobStage.Training, "", "pre", 300, 6000, 1, 1, null, $"/runs/{job}", 60, []),
        new(new(job), JobSpecWriter.ToJson(Spec(Yaml)), "/data"), new(Spec(yaml), yaml, "q.yaml"), data);

    private Task<JobId?> Settle(UnfinishedChoice choice, string yaml, params FoundJob[] found) => Settle(choice, yaml, Accepted, found);

    private Task<JobId?> Settle(UnfinishedChoice choice, string yaml, JobsProtocol.IAnswer answer, params FoundJob[] found) =>
        Settle(choice, yaml, answer, new FoundJobs(found, found.Length, "/data"));

    /// <summary>Beside a job of the unedited file that has ended.</summary>
    private Task<JobId?> SettleEnded(UnfinishedChoice choice, string yaml, JobStage status, params FoundJob[] begun)
    {
        var found = Found("q-1", yaml);
        return Settle(choice, yaml, Accepted,
            new FoundJobs(begun, 1 + begun.Length, "/data") { Ended = found with { Status = found.Status with { Status = status } } });
    }

    private static JobsProtocol.JobAccepted Accepted => new(new("q-1"), "/runs/q-1", Existing: true);

    private Task<JobId?> Settle(UnfinishedChoice choice, string yaml, JobsProtocol.IAnswer answer, FoundJobs found)
    {
        Task<JobsProtocol.IAnswer> Ask(JobsProtocol.IQuestion question)
        {
            _asked.Add(question);
            return Task.FromResult(answer);
        }

        return new UnfinishedJobs(Ask, new(Spec(yaml), yaml, "q.yaml"), choice,
            (taken, start) => $"run --unfinished {taken}{(start is null ? "" : $" --start {start}")}").Settle(found, _notes.Add);
    }
}
