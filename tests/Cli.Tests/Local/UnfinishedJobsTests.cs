using DistTrain.Cli.Client;
using DistTrain.Cli.Local;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Protocol;
using DistTrain.Shared.Wire;

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

    private readonly List<IWireMessage> _asked = [];
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

        Assert.Equal(new JobId("q-2"), await Settle(UnfinishedChoice.Drop, edited, Found("q-1", edited), Found("q-2", edited) with { Differences = [] }));

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
        Assert.Equal(JobSpecWriter.ToJson(Spec(edited)), resume.Spec);
    }

    [Fact]
    public async Task Settle_ResumeThatTheCoordinatorRefuses_SaysWhyAndHowToDrop()
    {
        var edited = Edited();

        var refused = await Assert.ThrowsAsync<UsageException>(() =>
            Settle(UnfinishedChoice.Resume, edited, new JobsProtocol.JobRefused(["phases[0].steps is 3, but 300 steps of phase pre are done."]), Found("q-1", edited)));

        Assert.Contains("phases[0].steps is 3, but 300 steps of phase pre are done.", refused.Message, StringComparison.Ordinal);
        Assert.Contains("run --unfinished Drop", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settle_AJobWithACheckpoint_SaysHowToStartFromIt()
    {
        var edited = Edited();
        var found = Found("q-1", edited);

        var refused = await Assert.ThrowsAsync<UsageException>(() => Settle(UnfinishedChoice.Refuse, edited, found with { Status = found.Status with { Checkpoint = "/runs/q-1/checkpoints/pre-300" } }));

        Assert.Contains("To drop it and run q.yaml from its best checkpoint:", refused.Message, StringComparison.Ordinal);
        Assert.Contains("run --unfinished Drop --start q-1", refused.Message, StringComparison.Ordinal);
    }

    private static string Edited() => Yaml.Replace("0.03", "0.001", StringComparison.Ordinal).Replace("6000", "3", StringComparison.Ordinal);

    private static JobSpec Spec(string yaml) => JobSpecReader.Read(yaml, "q.yaml").Spec!;

    /// <summary>A job of the unedited file, beside a file.</summary>
    private static UnfinishedJob Found(string job, string yaml, string data = "/data") => UnfinishedJob.Of(
        new(new(job), "q", "training", "", "pre", 300, 6000, 1, 1, null, $"/runs/{job}", 60, []), new(new(job), JobSpecWriter.ToJson(Spec(Yaml)), "/data"), Spec(yaml), data);

    private Task<JobId?> Settle(UnfinishedChoice choice, string yaml, params UnfinishedJob[] found) =>
        Settle(choice, yaml, new JobsProtocol.JobAccepted(new("q-1"), "/runs/q-1", Existing: true), found);

    private Task<JobId?> Settle(UnfinishedChoice choice, string yaml, IWireMessage answer, params UnfinishedJob[] found)
    {
        Task<IWireMessage> Ask(IWireMessage question)
        {
            _asked.Add(question);
            return Task.FromResult(answer);
        }

        return new UnfinishedJobs(Ask, "q.yaml", Spec(yaml), choice, taken => $"run --unfinished {taken}").Settle(found, _notes.Add);
    }
}
