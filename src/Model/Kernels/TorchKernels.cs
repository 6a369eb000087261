using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Kernels;

/// <summary>
/// The kernels in torch's operators, for any device: each is some passes over memory, which a GPU has the bandwidth for. Nothing is read
/// back from the device, so that the processor runs ahead of it. On the CPU a second implementation that tests hold against the first.
/// </summary>
internal sealed partial class TorchKernels(ScalarType type, Device device) : Kernels
{
    public override ScalarType Type => type;

    public override Device Device => device;

    public override void Convert(Tensor x, Tensor y) => y.copy_(x);

    public override void AddTo(Tensor x, Tensor sum)
    {
        using var scope = NewDisposeScope();
        sum.add_(x);
    }

    public override void AddRowsTo(Tensor x_RF, Tensor sum_F)
    {
        using var scope = NewDisposeScope();
        sum_F.add_(SumOfRows(x_RF));
    }

    /// <summary>In float32, as all arithmetic.</summary>
    private static Tensor Floats(Tensor x) => x.to(ScalarType.Float32);

    /// <summary>Rows that round a product's size up: they belong to no sequence, and must add nothing to gradients.</summary>
    private static void ClearRowsBehind(Tensor x_RF, long rows) => x_RF.narrow(0, rows, x_RF.shape[0] - rows).zero_();

    private static Tensor SumOfRows(Tensor x_RF) => x_RF.sum([0L], type: ScalarType.Float32);
}
