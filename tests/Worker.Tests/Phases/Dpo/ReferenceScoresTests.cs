using DistTrain.Model;
using DistTrain.Model.Modules;
using DistTrain.Model.Weights;
using DistTrain.Shared.Datasets.Stores;
using DistTrain.Worker.Collectives;
using DistTrain.Worker.Phases.Dpo;
using DistTrain.Worker.Tests.Collectives;
using Microsoft.Extensions.Logging.Abstractions;

namespace DistTrain.Worker.Tests.Phases.Dpo;

[Collection(TorchTests.OneAtATime)]
public sealed class ReferenceScoresTests : IDisposable
{
    /// <summary>So many that half of their scores fill a link.</summary>
    private const int Examples = 60_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("disttrain-scores-").FullName;

    [Fact]
    public async Task Of_OneMemberIsSlowerThanALinkMayBeSilent_AllGetTheScores()
    {
        using var loopback = new Loopback(2);
        using var store = Store();
        var scores = await loopback.Run(ring =>
        {
            using var model = new Transformer(new TransformerOptions
            {
                VocabularySize = 20,
                DModel = 8,
                Heads = 1,
                EncoderLayers = 1,
                DecoderLayers = 1,
                DFeedForward = 8,
            });
            Initialization.Initialize(model, 1);
            using var parameters = new FlatParameters(model);
            return ReferenceScores.Of(parameters, store, new Slow(ring), new Dictionary<string, double[]>(),
                new ScoreFile(_folder, NullLogger.Instance, "weights"), CancellationToken.None);
        }, Loopback.Quick with { SilenceLimit = TimeSpan.FromSeconds(2) });

        Assert.Equal(scores[0].Chosen, scores[1].Chosen);
        Assert.Equal(scores[0].Rejected, scores[1].Rejected);
        Assert.All(scores[0].Chosen.Concat(scores[0].Rejected), score => Assert.InRange(score, -100, -1e-3));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private TokenStore Store()
    {
        using var writer = new TokenStoreWriter(_folder, columns: 3);
        for (var i = 0; i < Examples; i++) writer.Add([3], [4], [5]);
        return TokenStore.Open(writer.Complete().Path);
    }

    /// <summary>A ring whose member 1 takes 0.3 s longer for each of its groups of examples.</summary>
    private sealed class Slow(IAllReduce ring) : IAllReduce
    {
        public int Rank => ring.Rank;

        public int Size => ring.Size;

        public string Share(FlatBuffer buffer) => ring.Share(buffer);

        public void BeginStep(long step) => ring.BeginStep(step);

        public void Alive()
        {
            using var never = new ManualResetEventSlim();
            if (Rank == 1) never.Wait(TimeSpan.FromSeconds(0.3));
            ring.Alive();
        }

        public void Sum(Span<float> values) => ring.Sum(values);

        public void Sum(Span<double> scalars) => ring.Sum(scalars);

        public void Broadcast(Span<float> values, int root) => ring.Broadcast(values, root);

        public void Dispose() => ring.Dispose();
    }
}
