using static TorchSharp.torch;

namespace DistTrain.Model.Passes;

/// <summary>One parameter, or some of its rows: where it lies in each of the flat buffers.</summary>
/// <param name="Value">In the compute type: for products.</param>
/// <param name="Master">Float32: what the optimizer changes, and kernels read.</param>
/// <param name="Gradient">Float32.</param>
internal sealed record ParameterView(Tensor Value, Tensor Master, Tensor Gradient) : IDisposable
{
    /// <summary>Views of <paramref name="count"/> rows.</summary>
    public ParameterView Rows(long first, long count) =>
        new(Owned(Value.narrow(0, first, count)), Owned(Master.narrow(0, first, count)), Owned(Gradient.narrow(0, first, count)));

    public void Dispose()
    {
        Value.Dispose();
        Master.Dispose();
        Gradient.Dispose();
    }

    private static Tensor Owned(Tensor tensor) => tensor.DetachFromDisposeScope();
}
