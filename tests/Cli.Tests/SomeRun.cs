using DistTrain.Model;
using DistTrain.Model.Modules;
using DistTrain.Model.Weights;
using DistTrain.Shared.Checkpoints;
using DistTrain.Shared.Datasets.Samples;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Phases.Dpo;
using DistTrain.Shared.Jobs.Phases.Supervised;
using DistTrain.Shared.Text;
using DistTrain.TestSupport.Processes;
using DistTrain.Worker.Checkpoints;
using Microsoft.Extensions.Logging.Abstractions;

namespace DistTrain.Cli.Tests;

/// <summary>The folder of a run with checkpoints of an untrained model; shared by the tests, which only read it.</summary>
public sealed class SomeRun : IDisposable
{
    private static readonly JobSpec Job = new()
    {
        Name = "some",
        Phases =
        [
            new SupervisedPhaseSpec { Name = "pretrain", Steps = 20, Data = new() { Train = "a.tsv", Validation = "b.tsv" } },
            new DpoPhaseSpec { Name = "align", Steps = 20, Data = new() { Train = "a.jsonl", Validation = "b.jsonl" } },
        ],
    };

    private readonly TemporaryFolder _folder = new();

    public SomeRun() : this(leavesOutBytes: false) { }

    /// <param name="leavesOutBytes">Whether the tokenizer lacks bytes that the sample data have not.</param>
    internal SomeRun(bool leavesOutBytes)
    {
        TorchLibrary.Load();
        var tokenizer = Path.Combine(_folder.Path, "tokenizer");
        var texts = SampleCorpus.Translations("polite-en-zh", "validation").SelectMany(example => new[] { example.Source, example.Target });
        var vocabulary = BpeTrainer.Train(texts, 300, new() { LeavesOutBytes = leavesOutBytes });
        vocabulary.Save(tokenizer);
        Options = new()
        {
            VocabularySize = vocabulary.Vocabulary.Count,
            DModel = 16,
            Heads = 2,
            EncoderLayers = 1,
            DecoderLayers = 1,
            DFeedForward = 32,
            MaxLength = 32,
        };
        using var model = new Transformer(Options);
        Initialization.Initialize(model, seed: 7);
        using var parameters = new FlatParameters(model);
        Parameters = parameters.Values.Length;
        var target = new CheckpointTarget(_folder.Path, JobSpecWriter.ToJson(Job), tokenizer, Options, parameters.Slices);
        using var writer = new CheckpointWriter(target, _ => { }, (_, _) => { }, NullLogger.Instance, TimeProvider.System);
        // The losses of the validations; the weights are those of the model times step / 10.
        foreach (var (phase, index, step, loss)
            in new[] { ("pretrain", 0, 20, 1.0), ("align", 1, 5, 0.5), ("align", 1, 8, 0.3), ("align", 1, 10, 0.4) })
            writer.Write(State(phase, index, step, loss, vocabulary.Hash), Scaled(parameters, step / 10f),
                [new(CheckpointFiles.FirstMoment, new float[Parameters]), new(CheckpointFiles.SecondMoment, new float[Parameters])],
                isNeeded: true, default);
        writer.Finish(default);
    }

    public TransformerOptions Options { get; }

    public int Parameters { get; }

    public string Folder => _folder.Path;

    public string Checkpoint(string name) => Path.Combine(_folder.Path, "checkpoints", name);

    /// <summary>How many tokens a text has.</summary>
    public int Tokens(string text) => TokenizerPair.Load(Checkpoint("align-00000010")).Source.Encode(text).Length;

    /// <summary>A copy that a test may change.</summary>
    public void CopyTo(string target)
    {
        foreach (var file in Directory.GetFiles(Folder, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    public void Dispose() => _folder.Dispose();

    private static float[] Scaled(FlatParameters parameters, float factor) => [.. parameters.Values.ToArray().Select(value => factor * value)];

    private static CheckpointState State(string phase, int index, int step, double loss, string tokenizerHash) => new()
    {
        Job = "some-1", Phase = phase, PhaseIndex = index, Step = step, TotalSteps = 20, Seed = 1, Generation = 1, Members = 1, OptimizerSteps = step,
        SkippedInARow = 0, Loss = 2.5, TrainingData = "", TokenizerHash = tokenizerHash, ParametersHash = "",
        Metrics = new Dictionary<string, double> { ["loss"] = loss },
    };
}
