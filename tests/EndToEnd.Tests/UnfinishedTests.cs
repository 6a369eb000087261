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
            abandoned = first.Lines.Single(line => line.StartsWith("Ask for it", StringComparison.Ordinal)).Split(' ').Single(word => word.StartsWith("again-", StringComparison.Ordinal));
        }
        _folder.Write("again.yaml", TinyJob.Yaml(name: "again", steps: 3));

        var (refusedCode, refused) = await DistTrainProcess.Run(null, "run", file, "--workers", "1", "--runs", _folder.Path);
        await using var _ = refused;
        Assert.True(refusedCode == 2, refused.Describe());
        foreach (var told in new[] { $"Job {abandoned} is unfinished, at step ", " of 1000000 of phase pretrain", "phases[0].steps 1000000 -> 3", "Nothing trains.", "--unfinished resume", "--unfinished drop" })
            Assert.Contains(told, refused.Errors, StringComparison.Ordinal);

        var (code, run) = await DistTrainProcess.Run(null, "run", file, "--workers", "1", "--runs", _folder.Path, "--unfinished", "drop", "--json");
        await using var __ = run;
        Assert.True(code == 0, run.Describe());
        Assert.Contains($"Job {abandoned} is unfinished, at step ", run.Errors, StringComparison.Ordinal);
        Assert.Equal([1, 2, 3], RunTests.Steps(run).Select(step => step.Step));
        Assert.NotEqual(abandoned, RunTests.Text(run.Events[^1], "job"));
    }
}
