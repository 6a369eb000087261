using DistTrain.Shared.Datasets;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Protocol;
using DistTrain.Worker.Collectives;
using DistTrain.Worker.Training;
using Microsoft.Extensions.Logging.Abstractions;

namespace DistTrain.Worker.Tests.Training;

/// <summary>A job small enough for tests, over token stores of made-up sentences whose translation is the sentence backwards.</summary>
internal sealed class ToyJob : IDisposable
{
    private const int FirstWord = 3, Words = 40, VocabularySize = FirstWord + Words;

    private readonly PreparedData data;

    public ToyJob()
    {
        var tokenizer = Directory.CreateDirectory(Path.Combine(RunFolder, "tokenizer")).FullName;
        foreach (var name in new[] { "vocab.json", "merges.txt", "tokenizer.json" }) File.WriteAllText(Path.Combine(tokenizer, name), name);
        data = new PreparedData(tokenizer, "tokenizer-hash", VocabularySize,
        [
            new PreparedPhase("pretrain", Store(300, 1, Translation), Store(20, 2, Translation), null),
            new PreparedPhase("align", Store(60, 3, Preference), Store(17, 4, Preference), null),
        ]);
    }

    public string RunFolder { get; } = Directory.CreateTempSubdirectory("disttrain-run-").FullName;

    public double Dropout { get; init; }

    public int PretrainSteps { get; init; } = 50;

    public OptimizerSpec Optimizer { get; init; } = new() { Schedule = "constant", LearningRate = 2e-3, WarmupSteps = 10 };

    private JobSpec Spec => new()
    {
        Name = "toy",
        Model = new ModelSpec { DModel = 32, Heads = 2, EncoderLayers = 1, DecoderLayers = 1, DFeedForward = 64, Dropout = Dropout },
        Checkpoints = new CheckpointsSpec { EverySteps = 20 },
        Phases =
        [
            new SupervisedPhaseSpec { Name = "pretrain", Data = new DataSpec { Train = "x.tsv" }, Steps = PretrainSteps, BatchTokens = 200, Optimizer = Optimizer },
            new DpoPhaseSpec { Name = "align", Data = new DataSpec { Train = "p.jsonl" }, Epochs = 4, BatchTokens = 120, Optimizer = Optimizer },
        ],
    };

    /// <summary>Trains a phase on members that are threads of this process, to its end or to the first failure, and gives what each reported.</summary>
    /// <param name="stopAfter">Rank 0 asks all members to stop after this step was reported.</param>
    public async Task<RecordingListener[]> Train(
        int members = 1, int phase = 0, string? resumeFrom = null, string? phaseStart = null, long stopAfter = long.MaxValue, int leaves = -1)
    {
        var planes = Enumerable.Range(0, members).Select(_ => DataPlaneListener.Start("127.0.0.1", 0)).ToList();
        using var stop = new CancellationTokenSource();
        using var leave = new CancellationTokenSource();
        var ring = planes.Select((plane, rank) => new TrainingProtocol.Member(new WorkerId($"w{rank}"), plane.Host, plane.Port)).ToList();
        var listeners = new List<RecordingListener>();
        var threads = new List<TrainingThread>();
        foreach (var plane in planes)
        {
            var rank = listeners.Count;
            listeners.Add(new RecordingListener { OnSteps = steps => { if (steps[^1].Step >= stopAfter) (leaves < 0 ? stop : leave).Cancel(); } });
            threads.Add(new TrainingThread(new Trainer(plane, new TrainingOptions(), TimeProvider.System, NullLogger<Trainer>.Instance), NullLogger<TrainingThread>.Instance));
            var assignment = new TrainingProtocol.StartGeneration(new JobId("toy-1"), 1, JobSpecWriter.ToJson(Spec), phase, data, ring, rank, 1, resumeFrom, phaseStart, RunFolder);
            threads[rank].Run(assignment, listeners[rank], rank == leaves ? leave.Token : stop.Token);
        }
        await Task.WhenAll(listeners.Select(listener => listener.Over));
        threads.ForEach(thread => thread.Dispose());
        planes.ForEach(plane => plane.Dispose());
        return [.. listeners];
    }

    public void Dispose() => Directory.Delete(RunFolder, recursive: true);

    private StoreRef Store(int count, int seed, Func<Random, int[][]> example)
    {
        var random = new Random(seed);
        using var writer = new TokenStoreWriter(Path.Combine(RunFolder, "data"), columns: example == Translation ? 2 : 3);
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
