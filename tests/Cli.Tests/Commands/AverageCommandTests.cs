using DistTrain.Model.Weights;
using DistTrain.Shared.Checkpoints;
using DistTrain.TestSupport.Processes;
using DistTrain.Worker.Checkpoints;

namespace DistTrain.Cli.Tests.Commands;

public sealed class AverageCommandTests(SomeRun run) : IClassFixture<SomeRun>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Target => Path.Combine(_folder.Path, "average");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--last 2", "align-00000010 align-00000008")]
    [InlineData("--best 2", "align-00000008 align-00000010")]
    [InlineData("--best 1", "align-00000008")]
    [InlineData("--phase align", "align-00000010 align-00000008 align-00000005")]
    [InlineData("--phase pretrain --last 1", "pretrain-00000020")]
    [InlineData("", "align-00000010 align-00000008 align-00000005")]
    public async Task Average_OfARun_IsTheMeanOfTheChosen(string choice, string chosen)
    {
        var averaged = await CommandRun.Of(["average", "--checkpoint", run.Folder, .. Words(choice), "--out", Target, "--json"]);

        Assert.Equal(0, averaged.ExitCode);
        Assert.Equal(Target, averaged.Json.GetProperty("folder").GetString());
        AssertIsMeanOf(Words(chosen));
    }

    [Fact]
    public async Task Average_OfFolders_IsACheckpointThatTranslates()
    {
        string[] names = ["pretrain-00000020", "align-00000005"];

        var averaged = await CommandRun.Of(["average", .. names.Select(run.Checkpoint), "--out", Target]);

        Assert.Equal($"Wrote '{Target}', the average of 2 checkpoints: some-1/pretrain-00000020, some-1/align-00000005.",
            Assert.Single(averaged.Lines));
        AssertIsMeanOf(names);
        var translated = await CommandRun.WithInput("a\n", "translate", "--checkpoint", Target);
        Assert.Equal((0, 1), (translated.ExitCode, translated.Lines.Length));
        Assert.Equal(0, (await CommandRun.Of("inspect", Target)).ExitCode);
        Assert.Equal(0,
            (await CommandRun.Of("average", Target, run.Checkpoint("align-00000010"), "--out", Path.Combine(_folder.Path, "again"))).ExitCode);
    }

    [Theory]
    [InlineData("--checkpoint RUN --last 4", "4 checkpoints were asked for, but the phase has 3.")]
    [InlineData("--checkpoint RUN --best 4",
        "the phase has 3 with a loss of its own. Ask for fewer, let the job keep more with checkpoints.keep_best")]
    [InlineData("--checkpoint RUN --phase tune", "has no checkpoint of phase 'tune'. It has some of: align, pretrain.")]
    [InlineData("--checkpoint RUN --last 1 --best 1", "Give either --last or --best.")]
    [InlineData("--checkpoint RUN --last 0", "--last must be at least 1.")]
    [InlineData("--checkpoint RUN/checkpoints/align-00000005", "is one checkpoint, but a run is needed.")]
    [InlineData("--checkpoint RUN RUN", "Give either folders of checkpoints, or --checkpoint with a run.")]
    [InlineData("", "Give either folders of checkpoints, or --checkpoint with a run.")]
    [InlineData("RUN --last 1", "Give it with --checkpoint, or leave them out.")]
    [InlineData("RUN/checkpoints/align-00000005 RUN/checkpoints/align-00000005", "is named 2 times. Name each once.")]
    [InlineData("RUN/missing", "There is no folder")]
    public async Task Average_OfWhatIsNotThere_IsRefused(string arguments, string message)
    {
        var averaged = await CommandRun.Of(
            ["average", .. Words(arguments).Select(word => word.Replace("RUN", run.Folder, StringComparison.Ordinal)), "--out", Target]);

        Assert.Equal(2, averaged.ExitCode);
        Assert.Contains(message, averaged.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Target));
    }

    [Fact]
    public async Task Average_IntoAFolderThatHoldsSomething_IsRefused()
    {
        _folder.Write("average/mine.txt", "mine");

        var averaged = await CommandRun.Of("average", "--checkpoint", run.Folder, "--out", Target);

        Assert.Equal(2, averaged.ExitCode);
        Assert.Equal("mine.txt", Path.GetFileName(Assert.Single(Directory.GetFiles(Target))));
    }

    [Fact]
    public async Task Average_OfDifferentModels_NamesTheOneThatDiffers()
    {
        run.CopyTo(_folder.Path);
        var other = Path.Combine(_folder.Path, "checkpoints", "align-00000005");
        var model = Path.Combine(other, CheckpointFiles.Model);
        using (var weights = ModelFile.Load(model))
        using (var parameters = new FlatParameters(weights))
            ModelFile.Save(model, parameters, run.Options with { Heads = 1 });
        CheckpointFolder.Write(other + "-copy", generation: null, target =>
        {
            foreach (var file in Directory.GetFiles(other).Where(file => Path.GetFileName(file) != CheckpointFiles.Manifest))
                File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        });

        var averaged = await CommandRun.Of("average", other + "-copy", run.Checkpoint("align-00000010"), "--out", Target);

        Assert.Equal(1, averaged.ExitCode);
        Assert.StartsWith($"The checkpoint '{other}-copy' is of another model", averaged.Errors, StringComparison.Ordinal);
    }

    private void AssertIsMeanOf(string[] names)
    {
        var averaged = CheckpointReader.Open(Target).State;
        Assert.Equal(names.Select(name => $"some-1/{name}"), averaged.AveragedFrom);
        Assert.Empty(averaged.Metrics);
        Assert.False(File.Exists(Path.Combine(Target, CheckpointFiles.Optimizer)));
        using var mean = Safetensors.Read(Path.Combine(Target, CheckpointFiles.Model));
        foreach (var tensor in mean.Entries.Keys)
        {
            var each = names.Select(name => Values(run.Checkpoint(name), tensor)).ToList();
            Assert.Equal(each[0].Select((_, i) => (float)each.Average(values => (double)values[i])), mean.ReadFloats(tensor));
        }
    }

    private static float[] Values(string checkpoint, string tensor)
    {
        using var file = Safetensors.Read(Path.Combine(checkpoint, CheckpointFiles.Model));
        return file.ReadFloats(tensor);
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
