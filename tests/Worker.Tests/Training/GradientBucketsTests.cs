using CsCheck;
using DistTrain.Worker.Collectives;
using DistTrain.Worker.Training;

namespace DistTrain.Worker.Tests.Training;

public class GradientBucketsTests
{
    [Fact]
    public void Of_SomeLayers_MergesThemFromTheEndUntilThereIsEnough() =>
        Assert.Equal([new Piece(0, 70, 30), new Piece(1, 30, 40), new Piece(2, 0, 30)],
            GradientBuckets.Of([10, 30, 50, 70, 90], length: 100, least: 25));

    [Fact]
    public void Of_ASmallModel_IsOneBucket() => Assert.Equal([new Piece(0, 0, 100)], GradientBuckets.Of([10, 50], length: 100, least: 1000));

    [Fact]
    public void Of_AnyModel_CoversTheBufferFromItsEndToItsFront()
    {
        var models = from sizes in Gen.Int[1, 50].Array[1, 12] from front in Gen.Int[0, 50] from least in Gen.Int[1, 120] select (sizes, front,
            least);
        models.Sample(model =>
        {
            var offsets = model.sizes.Select((_, layer) => model.front + model.sizes.Take(layer).Sum()).ToList();
            var length = model.front + model.sizes.Sum();
            var buckets = GradientBuckets.Of(offsets, length, model.least);
            Assert.Equal(Enumerable.Range(0, buckets.Count), buckets.Select(bucket => bucket.Index));
            Assert.Equal([.. buckets.Skip(1).Select(bucket => bucket.Start + bucket.Length)], buckets.SkipLast(1).Select(bucket => bucket.Start));
            Assert.Equal((length, 0), (buckets[0].Start + buckets[0].Length, buckets[^1].Start));
            Assert.All(buckets.SkipLast(1), bucket => Assert.True(bucket.Length >= model.least && offsets.Contains(bucket.Start)));
        });
    }
}
