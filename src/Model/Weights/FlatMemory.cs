using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;

namespace DistTrain.Model.Weights;

/// <summary>A float32 CPU tensor's elements as <see cref="Memory{T}"/>. Native memory does not move: pinning is free.</summary>
internal sealed class FlatMemory(torch.Tensor tensor) : MemoryManager<float>
{
    public override Span<float> GetSpan() => FlatParameters.Span(tensor);

    public override unsafe MemoryHandle Pin(int elementIndex = 0) =>
        new(Unsafe.AsPointer(ref MemoryMarshal.GetReference(GetSpan()[elementIndex..])));

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
