using DistTrain.Shared.Checkpoints;
using DistTrain.Shared.Datasets.Preparation;
using DistTrain.Shared.Datasets.Stores;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Phases.Dpo;
using DistTrain.Shared.Jobs.Phases.Supervised;

namespace DistTrain.Worker.Tests.Training;

/// <summary>Phases that train on several sets.</summary>
[Collection(TorchTests.OneAtATime)]
public class SeveralSetsTests
{
    private const int FirstWord = 3, VocabularySize = 43;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Train_SetsOfWeightOne_AreTheOneSetThatTheyMake(bool dpo)
    {
        using var one = Job(dpo, 1, 60);
        using var several = Job(dpo, 1, 10, 45, 5);
        var (expected, found) = ((await one.Train())[0], (await several.Train())[0]);
        Assert.Equal(30, expected.Steps.Count);
        Assert.Equal(expected.Steps.Select(step => (step.Loss, step.Tokens)), found.Steps.Select(step => (step.Loss, step.Tokens)));
        Assert.NotEqual(CheckpointState.Read(expected.Checkpoints[^1].Folder).TrainingData,
            CheckpointState.Read(found.Checkpoints[^1].Folder).TrainingData);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Train_WeightedSets_AreTheSameForAnyNumberOfMembersAndAfterAResume(bool dpo)
    {
        using var alone = Job(dpo, 2.5, 20, 30);
        using var three = Job(dpo, 2.5, 20, 30);
        using var resumed = Job(dpo, 2.5, 20, 30);
        var expected = (await alone.Train())[0].Steps;
        var together = (await three.Train(members: 3))[0].Steps;
        var half = (await resumed.Train(stopAfter: 20))[0];
        var rest = (await resumed.Train(resumeFrom: half.Checkpoints[0].Folder))[0].Steps;
        Assert.All(expected.Zip(together), pair => Assert.InRange(pair.Second.Loss / pair.First.Loss, 1 - 1e-5, 1 + 1e-5));
        Assert.Equal(expected.Select(step => step.Tokens), together.Select(step => step.Tokens));
        Assert.Equal(expected.Where(step => step.Step > half.Checkpoints[0].Step).Select(step => (step.Step, step.Loss)),
            rest.Select(step => (step.Step, step.Loss)));
    }

    /// <param name="weight">Of the last set; the others have 1.</param>
    /// <param name="counts">Examples of each set; the sets together are always the same.</param>
    private static TestJob Job(bool dpo, double weight, params int[] counts)
    {
        DataSpec[] sets = [.. counts.Select((_, i) => new DataSpec { Train = $"{i}.tsv", Weight = i == counts.Length - 1 ? weight : 1 })];
        PhaseSpec phase = dpo ? new DpoPhaseSpec { Name = "a" } : new SupervisedPhaseSpec { Name = "a" };
        var spec = new JobSpec
        {
            Name = "toy", Resources = new() { Precision = "float32" }, Checkpoints = new() { EverySteps = 10 },
            Model = new() { DModel = 16, Heads = 2, EncoderLayers = 1, DecoderLayers = 1, DFeedForward = 32, Dropout = 0.1 },
            Phases = [phase with { Data = sets[0] with { More = sets[1..] }, Steps = 30, BatchTokens = 60, Optimizer = ToyJob.Optimizer }],
        };
        return new(spec, folder => new(Tokenizer(folder), "tokenizer-hash", VocabularySize, null, [Prepared([.. Stores(folder, dpo, counts)])]));
    }

    private static PreparedPhase Prepared(StoreRef[] stores) => new("a", stores[0], null, null, stores.Length > 1 ? stores[1..] : null);

    private static string Tokenizer(string folder)
    {
        var tokenizer = Directory.CreateDirectory(Path.Combine(folder, "tokenizer")).FullName;
        foreach (var name in new[] { "vocab.json", "merges.txt", "tokenizer.json" }) File.WriteAllText(Path.Combine(tokenizer, name), name);
        return tokenizer;
    }

    private static IEnumerable<StoreRef> Stores(string folder, bool dpo, int[] counts)
    {
        var random = new Random(7);
        foreach (var count in counts)
        {
            using var writer = new TokenStoreWriter(Path.Combine(folder, "data"), dpo ? 3 : 2);
            for (var i = 0; i < count; i++)
            {
                int[] source = [.. Enumerable.Range(0, random.Next(2, 9)).Select(_ => random.Next(FirstWord, VocabularySize))];
                int[] target = [.. source.Reverse()];
                writer.Add(dpo ? [source, [.. target, FirstWord], target] : [source, target]);
            }
            var (path, hash) = writer.Complete();
            yield return new(path, hash, count, 0, 0, 0);
        }
    }
}
