using CsCheck;
using DistTrain.Coordinator.Checkpoints;
using DistTrain.Shared.Jobs;

namespace DistTrain.Coordinator.Tests.Checkpoints;

public class CheckpointCatalogTests
{
    [Fact]
    public void Retain_ScoredCheckpoints_KeepsTheNewestAndTheBest()
    {
        var catalog = Catalog((10, 1), (20, 9), (30, 5), (40, 2), (50, 3)).Retain(Some.First, new CheckpointsSpec { KeepLast = 2, KeepBest = 2 });

        Assert.Equal([20L, 30, 40, 50], catalog.Kept.Select(checkpoint => checkpoint.Step));
        Assert.Equal(20, catalog.Best(Some.First)!.Step);
    }

    [Fact]
    public void Retain_OnePhase_LeavesTheOthersAlone()
    {
        var catalog = Catalog((10, 1), (20, 2)).With(Some.Checkpoint(5, Some.Second))
            .Retain(Some.First, new CheckpointsSpec { KeepLast = 1, KeepBest = 0 });

        Assert.Equal([(Some.First, 20L), (Some.Second, 5L)], catalog.Kept.Select(checkpoint => (checkpoint.Phase, checkpoint.Step)));
    }

    [Fact]
    public void Best_NoneIsScored_IsTheNewest()
    {
        var catalog = CheckpointCatalog.Empty.With(Some.Checkpoint(10)).With(Some.Checkpoint(20));

        Assert.Equal((20L, 20L), (catalog.Best(Some.First)!.Step, catalog.Newest()!.Step));
        Assert.Null(catalog.Best(Some.Second));
    }

    [Theory]
    [InlineData(1, 2, "start")]
    [InlineData(2, 2, "start")]
    [InlineData(3, 2, "10")]
    [InlineData(null, 2, "start")]
    [InlineData(1, null, "10")]
    [InlineData(null, null, "10")]
    public void Result_OfAPhaseWithAStart_IsTheStartUnlessACheckpointIsBetter(int? checkpoint, int? start, string result)
    {
        var catalog = CheckpointCatalog.Empty.Started(Some.First, "start");
        Assert.Equal("start", catalog.Result(Some.First));
        if (start is { } atStart) catalog = catalog.Scored(Some.First, 0, atStart);
        catalog = catalog.With(Some.Checkpoint(10));
        if (checkpoint is { } score) catalog = catalog.Scored(Some.First, 10, score);

        Assert.Equal(result == "start" ? result : Some.Checkpoint(10).Folder, catalog.Result(Some.First));
    }

    [Fact]
    public void Result_OfAPhaseOfFreshWeights_IsItsBestCheckpoint()
    {
        Assert.Null(CheckpointCatalog.Empty.Started(Some.First, null).Result(Some.First));
        Assert.Equal(Some.Checkpoint(10).Folder, Catalog((10, 2), (20, 1)).Result(Some.First));
    }

    [Fact]
    public void Best_EqualScores_IsTheNewer() => Assert.Equal(20, Catalog((10, 1), (20, 1)).Best(Some.First)!.Step);

    [Fact]
    public void Best_ScoredBeforeItIsCommitted_CountsTheScore()
    {
        var catalog = CheckpointCatalog.Empty.Scored(Some.First, 10, 5).With(Some.Checkpoint(10)).With(Some.Checkpoint(20)).Scored(Some.First, 20, 4);

        Assert.Equal(10, catalog.Best(Some.First)!.Step);
    }

    [Fact]
    public void With_TheSameAgain_ChangesNothing()
    {
        var catalog = Catalog((10, 1));

        Assert.Same(catalog, catalog.With(Some.Checkpoint(10)));
    }

    [Fact]
    public void Retain_AnyCheckpointsAndRules_KeepsTheNewestTheBestAndNoMoreThanAsked() =>
        Gen.Select(Gen.Int[0, 9].Array[1, 30], Gen.Int[0, 4], Gen.Int[0, 4]).Sample((scores, last, best) =>
        {
            var rules = new CheckpointsSpec { KeepLast = last, KeepBest = best };
            var catalog = CheckpointCatalog.Empty;
            for (var i = 0; i < scores.Length; i++)
            {
                catalog = catalog.With(Some.Checkpoint(i + 1)).Retain(Some.First, rules).Scored(Some.First, i + 1, scores[i])
                    .Retain(Some.First, rules);
                Assert.Equal(i + 1, catalog.Newest(Some.First)!.Step);
                Assert.InRange(catalog.Kept.Count, 1, Math.Max(1, last) + best);
                if (best > 0) Assert.Equal(scores[..(i + 1)].Max(), scores[(int)catalog.Best(Some.First)!.Step - 1]);
            }
        }, iter: 500, threads: 1);

    private static CheckpointCatalog Catalog(params (long Step, double Score)[] checkpoints) => checkpoints.Aggregate(
        CheckpointCatalog.Empty, (catalog, item) => catalog.With(Some.Checkpoint(item.Step)).Scored(Some.First, item.Step, item.Score));
}
