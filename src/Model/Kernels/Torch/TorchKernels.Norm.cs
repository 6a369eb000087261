using static TorchSharp.torch;

namespace DistTrain.Model.Kernels.Torch;

internal sealed partial class TorchKernels
{
    /// <summary>Added to the variance: PyTorch's.</summary>
    private const float Epsilon = 1e-5f;

    public override void Normalize(Tensor x_RD, Tensor gain_D, Tensor bias_D, Tensor y_RD, Tensor statistics_R2)
    {
        using var scope = NewDisposeScope();
        var floats_RD = Floats(x_RD);
        var mean_R1 = floats_RD.mean([1L], keepdim: true);
        var variance_R1 = floats_RD.sub(mean_R1).square().mean([1L], keepdim: true);
        statistics_R2.narrow(1, 0, 1).copy_(mean_R1);
        statistics_R2.narrow(1, 1, 1).copy_(variance_R1.Add(Epsilon).rsqrt_());
        y_RD.copy_(Normal(floats_RD, statistics_R2).mul_(gain_D).Add(bias_D));
    }

    /// <summary>dx = (g - mean(g) - n mean(g n)) / deviation, where g = dy gain and n is the normalised x.</summary>
    public override void NormalizeBackward(
        Tensor dy_RD, Tensor x_RD, Tensor statistics_R2, Tensor gain_D, Tensor dx_RD, bool add, Tensor dGain_D, Tensor dBias_D)
    {
        using var scope = NewDisposeScope();
        var (floats_RD, normal_RD) = (Floats(dy_RD), Normal(Floats(x_RD), statistics_R2));
        dGain_D.Add(SumOfRows(floats_RD.mul(normal_RD)));
        dBias_D.Add(SumOfRows(floats_RD));
        var scaled_RD = floats_RD.mul(gain_D);
        var meanOfProduct_R1 = scaled_RD.mul(normal_RD).mean([1L], keepdim: true);
        var gradient_RD = scaled_RD.sub(scaled_RD.mean([1L], keepdim: true)).sub_(normal_RD.mul_(meanOfProduct_R1))
            .mul_(statistics_R2.narrow(1, 1, 1));
        if (add) dx_RD.Add(gradient_RD);
        else dx_RD.copy_(gradient_RD);
    }

    /// <summary>(x - mean) / deviation, in memory of its own.</summary>
    private static Tensor Normal(Tensor floats_RD, Tensor statistics_R2) =>
        floats_RD.sub(statistics_R2.narrow(1, 0, 1)).mul_(statistics_R2.narrow(1, 1, 1));
}
