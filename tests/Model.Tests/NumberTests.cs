using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Tests;

public class NumberTests
{
    [Fact]
    public void Of_NobodyRefersToIt_OutlivesACollectionAndGoesAfterSeveralMore()
    {
        var number = Made();

        Collect();
        Assert.True(number.IsAlive);

        for (var i = 0; i < 16; i++) Number.Of(i);
        Collect();
        Assert.False(number.IsAlive);
    }

    [Fact]
    public void Operators_GiveWhatTorchGives()
    {
        using var scope = NewDisposeScope();
        var x = Number.Range(5, ScalarType.Int64);

        Assert.Equal([0, 1, 2, 3, 4], x.data<long>().ToArray());
        Assert.Equal([0, 2, 4, 6, 8], x.Plus(x).data<long>().ToArray());
        Assert.Equal([false, false, false, true, false], x.eq(Number.Of(3)).data<bool>().ToArray());
        Assert.Equal([0.5f, 1.5f, 2.5f, 3.5f, 4.5f], x.to(ScalarType.Float32).Add(0.5).data<float>().ToArray());
        Assert.Equal([0, 2, 4, 6, 8], x.Add(x).data<long>().ToArray());
    }

    // Of a caller's own, a local variable would hold it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Made() => new(Number.Of(0.5));

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }
}
