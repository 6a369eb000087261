using DistTrain.Model;
using DistTrain.Model.Modules;
using DistTrain.Model.Weights;
using DistTrain.Shared.Checkpoints;
using DistTrain.Shared.Protocol;
using DistTrain.Worker.Checkpoints;
using Microsoft.Extensions.Logging.Abstractions;

namespace DistTrain.Worker.Tests.Checkpoints;

[Collection(TorchTests.OneAtATime)]
public sealed class CheckpointWriterTests : IDisposable
{
    private readonly string _run = Directory.CreateTempSubdirectory("disttrain-checkpoints-").FullName;
    private readonly Transformer _model = new(new TransformerOptions
    {
        VocabularySize = 20,
        DModel = 8,
        Heads = 2,
        EncoderLayers = 1,
        DecoderLayers = 1,
        DFeedForward = 8,
    });
    private readonly FlatParameters _parameters;
    private readonly List<CheckpointRecord> _written = [];

    public CheckpointWriterTests()
    {
        Initialization.Initialize(_model, 1);
        _parameters = new FlatParameters(_model);
        var tokenizer = Directory.CreateDirectory(Path.Combine(_run, "tokenizer"));
        foreach (var name in new[] { "vocab.json", "merges.txt", "tokenizer.json" }) File.WriteAllText(Path.Combine(tokenizer.FullName, name), name);
    }

    [Fact]
    public void Write_ThenOpen_HoldsWhatTheStateWasWhenItWasTaken()
    {
        var vectors = Vectors(0.5f, -2f);
        var values = _parameters.Values.ToArray();
        using (var writer = Writer())
        {
            writer.Write(State(7), _parameters.Values, vectors, isNeeded: false, default);
            _parameters.ChangeValues().Host.Span.Fill(9);
            writer.Finish(default);
        }

        var checkpoint = CheckpointReader.Open(Assert.Single(_written).Folder);
        checkpoint.LoadModel(_parameters.Slices, _parameters.ChangeValues().Host.Span);
        var read = Vectors(0, 0);
        checkpoint.LoadOptimizer(_parameters.Slices, read);

        Assert.Equivalent(State(7), checkpoint.State, strict: true);
        Assert.Equal(values, _parameters.Values.ToArray());
        Assert.All(vectors.Zip(read), pair => Assert.Equal(pair.First.Values.ToArray(), pair.Second.Values.ToArray()));
        Assert.Equal(new DirectoryInfo(_written[0].Folder).EnumerateFiles().Sum(file => file.Length), _written[0].Bytes);
    }

    [Fact]
    public void Write_FolderOfTheStepAndRemainsOfADeadWriter_AreReplaced()
    {
        var folder = CheckpointFiles.Folder(_run, "pretrain", 7);
        foreach (var old in new[] { folder, folder + ".tmp", folder + ".old", folder + ".g1-0123abcd.tmp", folder + ".g1-0123abcd.old" })
            File.WriteAllText(Path.Combine(Directory.CreateDirectory(old).FullName, "half"), "");
        using (var writer = Writer()) writer.Write(State(7), _parameters.Values, Vectors(), isNeeded: false, default);
        Assert.Equal([folder], Directory.GetDirectories(Path.GetDirectoryName(folder)!));
        Assert.False(File.Exists(Path.Combine(folder, "half")));
        CheckpointReader.Open(folder);
    }

    [Fact]
    public void Open_WithoutManifest_IsNoCheckpoint()
    {
        using (var writer = Writer()) writer.Write(State(7), _parameters.Values, Vectors(), isNeeded: false, default);
        var manifest = Path.Combine(_written[0].Folder, CheckpointFiles.Manifest);
        File.Delete(manifest);
        Assert.Equal(manifest, Assert.Throws<CheckpointDamagedException>(() => CheckpointReader.Open(_written[0].Folder)).File);
    }

    public void Dispose()
    {
        _parameters.Dispose();
        _model.Dispose();
        Directory.Delete(_run, recursive: true);
    }

    private CheckpointWriter Writer() => new(
        new CheckpointTarget(_run, "{}", Path.Combine(_run, "tokenizer"), _model.Options, _parameters.Slices), _written.Add, (_, _) => { },
        NullLogger.Instance, TimeProvider.System);

    private OptimizerVector[] Vectors(float first = 0, float second = 0) =>
        [new(CheckpointFiles.FirstMoment, Numbers(first)), new(CheckpointFiles.SecondMoment, Numbers(second)),
            new(CheckpointFiles.Weights, Numbers(first + second))];

    private float[] Numbers(float from) => [.. Enumerable.Range(0, _parameters.Values.Length).Select(i => from + i)];

    private static CheckpointState State(long step) => new()
    {
        Job = "job-1", Phase = "pretrain", PhaseIndex = 0, Step = step, TotalSteps = 10, Seed = 1, Generation = 2, Members = 3,
        OptimizerSteps = step - 1,
        SkippedInARow = 1, Loss = double.NaN, TrainingData = "store", TokenizerHash = "tokenizer", ParametersHash = "hash",
        Metrics = new Dictionary<string, double> { ["loss"] = double.NaN, ["bleu"] = 31.5 }, BestScore = 32, ValidationsWithoutBetter = 1,
    };
}
