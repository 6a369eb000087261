using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Phases.Supervised;
using DistTrain.TestSupport.Processes;

namespace DistTrain.Coordinator.Tests.Jobs;

/// <summary>A folder with a few translations, and a job of one phase that learns from them with one worker.</summary>
public sealed class TinyData : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TinyData() =>
        _folder.Write("train.tsv", string.Concat(Enumerable.Range(0, 20).Select(number => $"one two {number}\teins zwei {number}\n")));

    public string Folder => _folder.Path;

    public string Spec { get; } = JobSpecWriter.ToJson(new()
    {
        Name = "tiny",
        Tokenizer = new() { VocabSize = TokenizerSpec.SmallestVocabulary },
        Resources = new() { MinWorkers = 1, MaxWorkers = 1 },
        Phases = [new SupervisedPhaseSpec
        {
            Name = Some.First,
            Data = new() { Train = "train.tsv" },
            Steps = 20,
            Optimizer = new() { WarmupSteps = 10 },
        }],
    });

    public void Dispose() => _folder.Dispose();
}
