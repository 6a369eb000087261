using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Kernels.Torch;

internal sealed partial class TorchKernels
{
    public override void Drop(Tensor x_RF, DropoutMask mask, Tensor y_RF)
    {
        using var scope = NewDisposeScope();
        y_RF.copy_(Floats(x_RF).mul(Factors(mask, x_RF.shape[1])));
    }

    public override void AddResidual(Tensor y_RD, Tensor bias_D, DropoutMask mask, Tensor x_RD)
    {
        using var scope = NewDisposeScope();
        var sum_RD = Floats(y_RD).Plus(bias_D);
        if (mask.Rate > 0) sum_RD.mul_(Factors(mask, sum_RD.shape[1]));
        y_RD.copy_(sum_RD.Add(x_RD));
    }
}
