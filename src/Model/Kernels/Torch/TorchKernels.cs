using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Kernels.Torch;

/// <summary>
/// The kernels in torch's operators, for any device: each is some passes over memory, which a GPU has the bandwidth for. Nothing is read
/// back from the device, so that the processor runs ahead of it. On the CPU a second implementation that tests hold against the first.
/// </summary>
internal sealed partial class TorchKernels(ScalarType type, Device device) : TrainingKernels
{
    public override ScalarType Type => type;

    public override Device Device => device;

    public override void Convert(Tensor x, Tensor y) => y.copy_(x);

    public override void AddTo(Tensor x, Tensor sum)
    {
        using var scope = NewDisposeScope();
        sum.Add(x);
    }

    public override void AddRowsTo(Tensor x_RF, Tensor sum_W, int first)
    {
        using var scope = NewDisposeScope();
        sum_W.Add(SumOfRows(x_RF.narrow(1, first, sum_W.numel())));
    }

    public override void GatherRows(Tensor x_RD, Tensor rows_L, Tensor y_LD)
    {
        using var scope = NewDisposeScope();
        y_LD.narrow(0, 0, rows_L.numel()).copy_(x_RD[rows_L]);
        ClearRowsBehind(y_LD, rows_L.numel());
    }

    public override void ScatterRows(Tensor x_LD, Tensor rows_L, Tensor y_RD)
    {
        using var scope = NewDisposeScope();
        y_RD.index_copy_(0, rows_L, x_LD.narrow(0, 0, rows_L.numel()));
    }

    /// <summary>In float32, as all arithmetic.</summary>
    private static Tensor Floats(Tensor x) => x.to(ScalarType.Float32);

    /// <summary>Rows that round a product's size up: they belong to no sequence, and must add nothing to gradients.</summary>
    private static void ClearRowsBehind(Tensor x_RF, long rows) => x_RF.narrow(0, rows, x_RF.shape[0] - rows).zero_();

    /// <summary>Of the last dimension.</summary>
    private static Tensor LogSumExp(Tensor x)
    {
        var largest = x.amax([-1L], keepdim: true);
        return x.sub(largest).exp_().sum(-1, keepdim: true).log_().Add(largest);
    }

    private static Tensor SumOfRows(Tensor x_RF) => x_RF.sum([0L], type: ScalarType.Float32);
}
