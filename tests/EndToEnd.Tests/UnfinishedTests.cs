using DistTrain.TestSupport.Processes;

namespace DistTrain.EndToEnd.Tests;

/// <summary>Stop, edit, run again: no abandoned job trains on unseen.</summary>
public sealed class UnfinishedTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_InterruptedAndEdited_RefusesSaysWhatToTypeAndDropsWhereAsked()
    {
        var file = _folder.Write("again.yaml", TinyJob.Yaml(name: "again", steps: 1_000_000));
        string abandoned;
        await using (var first = DistTrainProcess.Start("run", file, "--workers", "1", "--runs", _folder.Path))
        {
            await first.UntilLine("Ask for it from elsewhere: disttrain status again-");
            await first.UntilLine("Checkpoint of step 20 is committed");
            await first.Signal("INT", wholeGroup: false);
            Assert.True(await first.Ended() == 130, first.Describe());
            Assert.Contains($"Interrupted. To go on: disttrain run {file} --workers 1 --runs {_folder.Path}", first.Lines);
            abandoned = first.Lines.Single(line => line.StartsWith("Ask for it", StringComparison.Ordinal)).Split(' ')
                .Single(word => word.StartsWith("again-", StringComparison.Ordinal));
        }
        _folder.Write("again.yaml", TinyJob.Yaml(name: "again", steps: 3));

        var (refusedCode, refused) = await DistTrainProcess.Run(null, "run", file, "--workers", "1", "--runs", _folder.Path);
        await using var _ = refused;
        Assert.True(refusedCode == 2, refused.Describe());
        foreach (var told
            in new[] { $"Job {abandoned} is unfinished, at step ", " of 1000000 of phase pretrain", "phases[0].steps 1000000 -> 3",
                "Nothing trains.", "--unfinished resume", "--unfinished drop" })
            Assert.Contains(told, refused.Errors, StringComparison.Ordinal);

        var (code, run) = await DistTrainProcess.Run(null, "run", file, "--workers", "1", "--runs", _folder.Path, "--unfinished", "drop", "--json");
        await using var __ = run;
        Assert.True(code == 0, run.Describe());
        Assert.Contains($"Job {abandoned} is unfinished, at step ", run.Errors, StringComparison.Ordinal);
        Assert.Equal([1, 2, 3], RunTests.Steps(run).Select(step => step.Step));
        Assert.NotEqual(abandoned, RunTests.Text(run.Events[^1], "job"));
    }

    [Fact]
    public async Task Run_PausedBetweenPhasesForLackOfData_PreparesItAndGoesOnThereAndIsExtendedWhereAsked()
    {
        // Far longer than it takes this process to see a checkpoint and to take the data away.
        const int Steps = 1000;
        string[] Command(string file, params string[] more) => ["run", file, "--workers", "1", "--runs", _folder.Path, "--json", .. more];
        var file = _folder.Write("mended.yaml", TinyJob.Yaml(name: "mended", steps: Steps, align: true));
        string job;
        await using (var first = DistTrainProcess.Start(Command(file)))
        {
            await first.UntilLine("Checkpoint of step 20 is committed");
            job = Path.GetFileName(Assert.Single(Directory.GetDirectories(Path.Combine(_folder.Path, "mended", "jobs"))));
            Directory.Delete(Path.Combine(_folder.Path, "mended", "jobs", job, "data"), recursive: true);
            Assert.True(await first.Ended() != 0, first.Describe());
            Assert.Equal(("paused", job), (RunTests.Text(first.Events[^1], "event"), RunTests.Text(first.Events[^1], "job")));
            Assert.Contains($"once the cause is mended: disttrain {string.Join(' ', Command(file))}", first.Errors, StringComparison.Ordinal);
            Assert.Contains($"disttrain resume {job}", first.Errors, StringComparison.Ordinal);
        }
        var (code, again) = await DistTrainProcess.Run(null, Command(file));
        await using var _ = again;
        Assert.True(code == 0, again.Describe());
        Assert.Contains($"Job {job} is paused, before the first step of phase align", again.Errors, StringComparison.Ordinal);
        Assert.Contains(again.Lines, line => line.Contains("Files of its prepared data are missing: it is prepared anew.", StringComparison.Ordinal));
        Assert.Equal(job, RunTests.Text(again.Events[^1], "job"));

        _folder.Write("mended.yaml", TinyJob.Yaml(name: "mended", steps: Steps, align: true, alignSteps: 15));
        var (extendedCode, extended) = await DistTrainProcess.Run(null, Command(file, "--unfinished", "resume"));
        await using var __ = extended;
        Assert.True(extendedCode == 0, extended.Describe());
        Assert.Equal(job, RunTests.Text(extended.Events[^1], "job"));

        var metrics = DistTrain.Shared.Runs.MetricsFile.Read(Path.Combine(_folder.Path, "mended", "jobs", job));
        Assert.Equal(
            Enumerable.Range(1, Steps).Select(step => ("pretrain", (long)step)).Concat(Enumerable.Range(1, 15).Select(step => ("align", (long)step))),
            metrics.Where(line => line.Event == DistTrain.Shared.Runs.MetricsLine.Step).Select(line => (line.Phase, line.Number)));
    }
}
