using System.Text.Json;
using DistTrain.TestSupport.Processes;

namespace DistTrain.Cli.Tests.Commands;

public sealed class InspectCommandTests(SomeRun run) : IClassFixture<SomeRun>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Inspect_RunWithoutBest_TakesTheNewest()
    {
        var inspected = await CommandRun.Of("inspect", run.Folder, "--json");

        Assert.Equal(0, inspected.ExitCode);
        Assert.Equal(run.Checkpoint("align-00000010"), inspected.Json.GetProperty("folder").GetString());
        Assert.Equal(run.Parameters, inspected.Json.GetProperty("parameters").GetInt32());
        Assert.Equal(("align", 10),
            (inspected.Json.GetProperty("state").GetProperty("phase").GetString(),
                inspected.Json.GetProperty("state").GetProperty("step").GetInt32()));
        Assert.Equal(run.Options.DModel, inspected.Json.GetProperty("model").GetProperty("d_model").GetInt32());
        Assert.Equal(7, inspected.Json.GetProperty("files").GetArrayLength());
    }

    [Fact]
    public async Task Inspect_Checkpoint_TellsOptionsPartsOptimizerAndTokenizer()
    {
        var told = (await CommandRun.Of("inspect", run.Folder, "--json")).Json;

        Assert.Equal("post", told.GetProperty("model").GetProperty("norm").GetString());
        Assert.Equal((run.Options.VocabularySize, 32),
            (told.GetProperty("tokenizer").GetProperty("vocabulary_size").GetInt32(),
                told.GetProperty("tokenizer").GetProperty("hash").GetString()!.Length));
        var parts = told.GetProperty("parts");
        Assert.Equal(run.Options.VocabularySize * run.Options.DModel, parts.GetProperty("embeddings").GetInt32());
        Assert.Equal(run.Parameters, parts.EnumerateObject().Sum(part => part.Value.GetInt32()));
        Assert.Equal((run.Parameters, run.Parameters),
            (told.GetProperty("optimizer").GetProperty("first_moment").GetInt32(),
                told.GetProperty("optimizer").GetProperty("second_moment").GetInt32()));
        Assert.Equal(JsonValueKind.Null, told.GetProperty("tensors").ValueKind);
    }

    [Fact]
    public async Task Inspect_Tensors_ListsEachWithShapeAndNorm()
    {
        var tensors = (await CommandRun.Of("inspect", run.Folder, "--json", "--tensors")).Json.GetProperty("tensors").EnumerateArray()
            .ToDictionary(tensor => tensor.GetProperty("name").GetString()!);

        Assert.Equal(run.Parameters,
            tensors.Values.Sum(tensor => tensor.GetProperty("shape").EnumerateArray().Aggregate(1, (product, size) => product * size.GetInt32())));
        // A layer norm starts as 16 ones.
        Assert.Equal(4, tensors["encoder.layers.0.norm1.weight"].GetProperty("norm").GetDouble(), 6);
        Assert.Contains((await CommandRun.Of("inspect", run.Folder, "--tensors")).Lines,
            line => line.EndsWith("[16]  norm 4", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Inspect_AveragedCheckpoint_TellsOfWhatAndThatNothingTrainsItOn()
    {
        var average = Path.Combine(_folder.Path, "average");
        Assert.Equal(0, (await CommandRun.Of("average", "--checkpoint", run.Folder, "--best", "2", "--out", average)).ExitCode);

        var inspected = await CommandRun.Of("inspect", average);

        Assert.Equal(0, inspected.ExitCode);
        Assert.Equal(2, inspected.Lines.Count(line => line.StartsWith("averaged    some-1", StringComparison.Ordinal)));
        Assert.Contains("optimizer   none", inspected.Lines);
    }

    [Fact]
    public async Task Inspect_ValidatedStep_TellsItsMetrics()
    {
        Assert.Contains("metrics     loss 0.400", (await CommandRun.Of("inspect", run.Folder)).Lines);
        Assert.Equal(0.4,
            (await CommandRun.Of("inspect", run.Folder, "--json")).Json.GetProperty("state").GetProperty("metrics").GetProperty("loss").GetDouble());
    }

    [Fact]
    public async Task Inspect_DamagedModel_TellsTheRest()
    {
        run.CopyTo(_folder.Path);
        File.WriteAllText(Path.Combine(_folder.Path, "checkpoints", "align-00000010", "model.safetensors"), "x");

        var inspected = await CommandRun.Of("inspect", _folder.Path, "--tensors");

        Assert.Equal(1, inspected.ExitCode);
        Assert.Contains("job         some-1", inspected.Lines);
        Assert.Single(inspected.Lines,
            line => line.Contains("model.safetensors", StringComparison.Ordinal) && line.Contains(" bytes, but ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Inspect_MissingTokenizerFile_TellsTheRest()
    {
        run.CopyTo(_folder.Path);
        File.Delete(Path.Combine(_folder.Path, "checkpoints", "align-00000010", "vocab.json"));

        var inspected = await CommandRun.Of("inspect", _folder.Path);

        Assert.Equal(1, inspected.ExitCode);
        Assert.Contains("tokenizer   not readable", inspected.Lines);
        Assert.Contains(inspected.Lines,
            line => line.StartsWith("  vocab.json", StringComparison.Ordinal) && line.Contains("is missing", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("pretrain-00000020\n", "pretrain-00000020")]
    [InlineData("pretrain-00000007\n", "align-00000010")]
    [InlineData("../../elsewhere\n", "align-00000010")]
    public async Task Inspect_RunWithBest_TakesItWhenItIsThere(string best, string expected)
    {
        run.CopyTo(_folder.Path);
        _folder.Write("checkpoints/best", best);

        var inspected = await CommandRun.Of("inspect", _folder.Path, "--json");

        Assert.Equal(expected, Path.GetFileName(inspected.Json.GetProperty("folder").GetString()));
    }

    [Fact]
    public async Task Inspect_FolderOfRuns_TakesAJobWithACheckpoint()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "jobs", "empty-1"));
        run.CopyTo(Path.Combine(_folder.Path, "jobs", "some-1"));

        Assert.Contains("align-00000010", (await CommandRun.Of("inspect", _folder.Path)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_DamagedFile_NamesItAndFails()
    {
        run.CopyTo(_folder.Path);
        var damaged = Path.Combine(_folder.Path, "checkpoints", "align-00000010", "merges.txt");
        File.AppendAllText(damaged, "x");

        var inspected = await CommandRun.Of("inspect", _folder.Path);

        Assert.Equal(1, inspected.ExitCode);
        Assert.Single(inspected.Lines,
            line => line.Contains("merges.txt", StringComparison.Ordinal) && line.Contains(" bytes, but ", StringComparison.Ordinal));
        Assert.Equal(6, inspected.Lines.Count(line => line.EndsWith("  verified", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Translate_DamagedCheckpoint_Fails()
    {
        run.CopyTo(_folder.Path);
        File.AppendAllText(Path.Combine(_folder.Path, "checkpoints", "align-00000010", "merges.txt"), "x");

        var translated = await CommandRun.WithInput("a\n", "translate", "--checkpoint", _folder.Path);

        Assert.Equal((1, ""), (translated.ExitCode, translated.Output));
        Assert.Contains("merges.txt", translated.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "holds no checkpoint")]
    [InlineData("missing", "There is no folder")]
    public async Task Inspect_NoCheckpoint_IsRefused(string name, string message)
    {
        var inspected = await CommandRun.Of("inspect", Path.Combine(_folder.Path, name));

        Assert.Equal(2, inspected.ExitCode);
        Assert.Contains(message, inspected.Errors, StringComparison.Ordinal);
    }
}
