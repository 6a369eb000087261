using DistTrain.Model.Modules;
using DistTrain.Model.Weights;
using DistTrain.Shared.Checkpoints;
using DistTrain.Shared.Text;
using DistTrain.Worker.Checkpoints;
using Microsoft.Extensions.Logging.Abstractions;

namespace DistTrain.Worker.Tests.Checkpoints;

[Collection(TorchTests.OneAtATime)]
public sealed class CheckpointTokenizersTests : IDisposable
{
    private static readonly TextTokenizer Source = Trained(261), Target = Trained(263);

    private readonly string _run = Directory.CreateTempSubdirectory("disttrain-tokenizers-").FullName;

    [Fact]
    public void Tokenizers_OfACheckpointWithTwo_AreThoseOfTheRun()
    {
        var tokenizers = CheckpointReader.Open(Checkpoint()).Tokenizers();
        Assert.Equal((Source.Hash, Target.Hash), (tokenizers.Source.Hash, tokenizers.Target.Hash));
    }

    [Fact]
    public void Tokenizers_OfAnotherModel_AreRefusedWithFilesAndRemedy()
    {
        var folder = Checkpoint();
        new TokenizerPair(Target, Target).Save(folder);
        CheckpointJson.Write(folder, CheckpointFiles.Manifest, CheckpointManifest.Of(folder));
        var error = Assert.Throws<InvalidDataException>(() => CheckpointReader.Open(folder).Tokenizers());
        Assert.StartsWith($"The tokenizer in '{folder}' (vocab.json, merges.txt, tokenizer.json; 263 entries, hash {Target.Hash}) is not the one " +
            $"that '{Path.Combine(folder, "model.safetensors")}' was trained with (263 rows", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("Copy the tokenizer's files from the run that the checkpoint belongs to.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_WithATokenizerFileThatWasReplaced_NamesTheFile()
    {
        var folder = Checkpoint();
        File.Copy(Path.Combine(folder, "target.vocab.json"), Path.Combine(folder, "source.vocab.json"), overwrite: true);
        Assert.Equal(Path.Combine(folder, "source.vocab.json"), Assert.Throws<CheckpointDamagedException>(() => CheckpointReader.Open(folder)).File);
    }

    public void Dispose() => Directory.Delete(_run, recursive: true);

    private string Checkpoint()
    {
        var tokenizers = new TokenizerPair(Source, Target);
        tokenizers.Save(Path.Combine(_run, "tokenizer"));
        using var model = new Transformer(new()
        {
            VocabularySize = Target.VocabularySize, SourceVocabularySize = Source.VocabularySize, DModel = 8, Heads = 2, EncoderLayers = 1,
            DecoderLayers = 1, DFeedForward = 8,
        });
        Initialization.Initialize(model, 1);
        using var parameters = new FlatParameters(model);
        var target = new CheckpointTarget(_run, "{}", Path.Combine(_run, "tokenizer"), model.Options, parameters.Slices);
        using var writer = new CheckpointWriter(target, _ => { }, (_, _) => { }, NullLogger.Instance, TimeProvider.System);
        writer.Write(State(tokenizers.Hash), parameters.Values, [], isNeeded: true, default);
        writer.Finish(default);
        return CheckpointFiles.Folder(_run, "pretrain", 7);
    }

    private static CheckpointState State(string tokenizerHash) => new()
    {
        Job = "job-1", Phase = "pretrain", PhaseIndex = 0, Step = 7, TotalSteps = 10, Seed = 1, Generation = 2, Members = 3, OptimizerSteps = 7,
        SkippedInARow = 0, Loss = 1, TrainingData = "store", TokenizerHash = tokenizerHash, ParametersHash = "hash",
    };

    private static TextTokenizer Trained(int size) => new(BpeTrainer.Train(["one two one two three one two three four one two three four"], size));
}
