using CsCheck;
using DistTrain.Worker.Data;

namespace DistTrain.Worker.Tests.Data;

public class PrefetchTests
{
    [Fact]
    public void Next_AnySource_GivesItsElementsInOrder() => Gen.Int.Array[0, 40].Sample(source =>
        {
            using var prefetch = new Prefetch<int>(source);
            Assert.Equal(source, source.Select(_ => prefetch.Next(CancellationToken.None)));
    }, iter: 50);

    [Fact]
    public void Next_SourceFails_ThrowsWithItsReason()
    {
        using var prefetch = new Prefetch<int>(Failing());
        Assert.Equal(1, prefetch.Next(CancellationToken.None));
        var e = Assert.Throws<InvalidOperationException>(() => prefetch.Next(CancellationToken.None));
        Assert.Contains("the store is gone", e.Message, StringComparison.Ordinal);

        static IEnumerable<int> Failing()
        {
            yield return 1;
            throw new IOException("the store is gone");
        }
    }

    [Fact]
    public void Dispose_ElementsLeft_EndsTheThreadAndMadeFewAhead()
    {
        var made = 0;
        using (var prefetch = new Prefetch<int>(Enumerable.Range(0, 1000).Select(i => made = i + 1), ahead: 3)) prefetch.Next(CancellationToken.None);
        Assert.InRange(made, 1, 5);
    }

    [Fact]
    public async Task Next_Stopped_EndsTheWait()
    {
        using var never = new ManualResetEventSlim();
        using var stop = new CancellationTokenSource();
        using var prefetch = new Prefetch<int>(Blocked());
        await stop.CancelAsync();
        Assert.ThrowsAny<OperationCanceledException>(() => prefetch.Next(stop.Token));
        never.Set();

        IEnumerable<int> Blocked()
        {
            never.Wait();
            yield return 1;
        }
    }
}
