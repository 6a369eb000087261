using DistTrain.Shared.Datasets.Preparation;
using DistTrain.Shared.Datasets.Stores;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Phases.Dpo;
using DistTrain.Shared.Jobs.Phases.Supervised;

namespace DistTrain.Worker.Tests.Training;

/// <summary>Jobs small enough for tests, over token stores of made-up sentences whose translation is the sentence backwards.</summary>
internal static class ToyJob
{
    private const int FirstWord = 3, Words = 40, VocabularySize = FirstWord + Words;

    public static OptimizerSpec Optimizer { get; } = new() { Schedule = "constant", LearningRate = 2e-3, WarmupSteps = 10 };

    /// <summary>A supervised phase, then one of preferences for the longer of two answers; a checkpoint every 20 steps.</summary>
    /// <param name="dropout">Of everything that can be dropped.</param>
    /// <param name="change">Makes each phase the one that is wanted.</param>
    public static TestJob Create(
        int steps = 50, double dropout = 0, OptimizerSpec? optimizer = null, Func<PhaseSpec, PhaseSpec>? change = null, string precision = "float32",
        StartSpec? start = null,
        double? lengthFactor = null, int verifyEvery = 100) => new(new JobSpec
    {
        Name = "toy",
        Start = start,
        Resources = new ResourcesSpec { Precision = precision, VerifyEverySteps = verifyEvery },
        Model = new ModelSpec
        {
            DModel = 32,
            Heads = 2,
            EncoderLayers = 1,
            DecoderLayers = 1,
            DFeedForward = 64,
            Dropout = dropout,
            AttentionDropout = dropout,
            FeedForwardDropout = dropout,
        },
        Checkpoints = new CheckpointsSpec { EverySteps = 20 },
        Phases = [.. new PhaseSpec[]
        {
            new SupervisedPhaseSpec
            {
                Name = "pretrain",
                Data = new DataSpec { Train = "x.tsv", Validation = "v.tsv" },
                Steps = steps,
                BatchTokens = 200,
                Optimizer = optimizer ?? Optimizer,
            },
            new DpoPhaseSpec
            {
                Name = "align",
                Data = new DataSpec { Train = "p.jsonl", Validation = "q.jsonl" },
                Epochs = 4,
                BatchTokens = 120,
                Optimizer = Optimizer,
            },
        }.Select(phase => change?.Invoke(phase) ?? phase)],
    }, folder => Prepare(folder, lengthFactor));

    private static PreparedData Prepare(string runFolder, double? lengthFactor)
    {
        var tokenizer = Directory.CreateDirectory(Path.Combine(runFolder, "tokenizer")).FullName;
        foreach (var name in new[] { "vocab.json", "merges.txt", "tokenizer.json" }) File.WriteAllText(Path.Combine(tokenizer, name), name);
        return new PreparedData(tokenizer, "tokenizer-hash", VocabularySize, null,
        [
            new PreparedPhase("pretrain", Store(runFolder, 300, 1, Translation) with { LengthFactor = lengthFactor },
                Store(runFolder, 20, 2, Translation), null),
            new PreparedPhase("align", Store(runFolder, 60, 3, Preference), Store(runFolder, 17, 4, Preference), null),
        ]);
    }

    private static StoreRef Store(string runFolder, int count, int seed, Func<Random, int[][]> example)
    {
        var random = new Random(seed);
        using var writer = new TokenStoreWriter(Path.Combine(runFolder, "data"), columns: example == Translation ? 2 : 3);
        for (var i = 0; i < count; i++) writer.Add(example(random));
        var (path, hash) = writer.Complete();
        return new StoreRef(path, hash, count, 0, 0, 0);
    }

    private static int[][] Translation(Random random)
    {
        var source = Sentence(random);
        return [source, [.. source.Reverse()]];
    }

    private static int[][] Preference(Random random)
    {
        var source = Sentence(random);
        return [source, [.. source.Reverse().Append(FirstWord)], [.. source.Reverse()]];
    }

    private static int[] Sentence(Random random) => [.. Enumerable.Range(0, random.Next(2, 9)).Select(_ => random.Next(FirstWord, VocabularySize))];
}
