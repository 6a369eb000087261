using System.Runtime.InteropServices;
using TorchSharp;

namespace DistTrain.Model.Tests;

public class OutOfMemoryTests
{
    [Fact]
    public void Is_AllocationThatNoMachineHolds_IsRecognised() => Assert.True(OutOfMemory.Is(Record.Exception(() => torch.empty(1L << 50))!));

    [Fact]
    public void Is_OtherFailureOfTorch_IsNot()
    {
        using var scope = torch.NewDisposeScope();
        var failure = Record.Exception(() => torch.ones(2, 3).mm(torch.ones(2, 3)))!;
        Assert.IsType<ExternalException>(failure);
        Assert.False(OutOfMemory.Is(failure));
    }

    [Fact]
    public unsafe void Is_AllocationBesidesTorch_IsRecognised() =>
        Assert.True(OutOfMemory.Is(Record.Exception(() => { NativeMemory.Alloc(nuint.MaxValue / 2); })!));

    [Fact]
    public void Is_CudasSentence_IsRecognised()
    {
        Assert.True(
            OutOfMemory.Is(
                new Failure("CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 79.15 GiB of which 1.02 GiB is free.")));
        Assert.False(OutOfMemory.Is(new Failure("CUDA error: an illegal memory access was encountered")));
    }

    private sealed class Failure(string message) : ExternalException(message);
}
