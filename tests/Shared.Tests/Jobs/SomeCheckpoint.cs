using DistTrain.Shared.Checkpoints;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Phases.Supervised;
using DistTrain.Shared.Text;

namespace DistTrain.Shared.Tests.Jobs;

/// <summary>A checkpoint's folder with all that is read before a job prepares: no weights.</summary>
internal static class SomeCheckpoint
{
    public static JobSpec Job { get; } = new()
    {
        Name = "base",
        Model = new() { DModel = 32, Heads = 4, EncoderLayers = 1, DecoderLayers = 2, DFeedForward = 64, Dropout = 0.3, MaxLength = 40 },
        Tokenizer = new() { VocabSize = 300 },
        Phases = [new SupervisedPhaseSpec { Name = "pretrain", Steps = 10, Data = new() { Train = "a.tsv" } }],
    };

    private static readonly BpeModel Vocabulary = BpeTrainer.Train(Enumerable.Range(0, 200)
        .Select(number => $"text number {number * 7919}, of no meaning"), 300);

    /// <param name="optimizer">With an optimizer file.</param>
    /// <param name="job">What was trained; null: <see cref="Job"/>.</param>
    /// <param name="tokenizers">Of the model; null: one of its own.</param>
    public static string Write(string folder, bool optimizer = true, JobSpec? job = null, TokenizerPair? tokenizers = null)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        CheckpointFolder.Write(folder, null, made =>
        {
            var own = new TextTokenizer(Vocabulary);
            var tokenizer = tokenizers ?? new TokenizerPair(own, own);
            tokenizer.Save(made);
            File.WriteAllText(Path.Combine(made, CheckpointFiles.Model), "weights");
            if (optimizer) File.WriteAllText(Path.Combine(made, CheckpointFiles.Optimizer), "moments");
            File.WriteAllText(Path.Combine(made, CheckpointFiles.Job), JobSpecWriter.ToJson(job ?? Job));
            CheckpointJson.Write(made, CheckpointFiles.State, new CheckpointState
            {
                Job = "base-1", Phase = "pretrain", PhaseIndex = 0, Step = 10, TotalSteps = 10, Seed = 1, Generation = 1, Members = 1,
                OptimizerSteps = 10, SkippedInARow = 0,
                Loss = 1, TrainingData = "", TokenizerHash = tokenizer.Hash, ParametersHash = "",
            });
        });
        return folder;
    }
}
