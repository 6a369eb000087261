using DistTrain.Shared.Jobs;
using static TorchSharp.torch;

namespace DistTrain.Model.Kernels.Torch;

internal sealed partial class TorchKernels
{
    public override void Activate(Tensor x_RF, Tensor bias_F, Activation activation, Tensor y_RF)
    {
        using var scope = NewDisposeScope();
        x_RF.Add(bias_F);
        if (activation == Activation.Gelu) y_RF.copy_(x_RF.gelu());
        else y_RF.copy_(x_RF).relu_();
    }

    public override void ActivateBackward(Tensor dy_RF, Tensor x_RF, Activation activation, Tensor dBias_F)
    {
        using var scope = NewDisposeScope();
        if (activation == Activation.Gelu) dy_RF.mul_(GeluSlope(Floats(x_RF)));
        else dy_RF.masked_fill_(x_RF.le(Number.Of(0)), Number.Of(0));
        dBias_F.Add(SumOfRows(dy_RF));
    }

    /// <summary>The derivative of x Phi(x) is Phi(x) + x phi(x).</summary>
    private static Tensor GeluSlope(Tensor x_RF)
    {
        var density_RF = x_RF.square().mul_(Number.Of(-0.5)).exp_().mul_(Number.Of(1 / Math.Sqrt(2 * Math.PI)));
        return x_RF.mul(Number.Of(Math.Sqrt(0.5))).erf_().Add(1).mul_(Number.Of(0.5)).Add(density_RF.mul_(x_RF));
    }
}
