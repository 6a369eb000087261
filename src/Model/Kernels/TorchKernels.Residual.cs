using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Kernels;

internal sealed partial class TorchKernels
{
    public override void Drop(Tensor x, DropoutMask mask, Tensor y)
    {
        using var scope = NewDisposeScope();
        y.copy_(Floats(x).mul(Factors(mask, x.shape)));
    }

    public override void AddResidual(Tensor y_RD, Tensor bias_D, DropoutMask mask, Tensor x_RD)
    {
        using var scope = NewDisposeScope();
        var sum_RD = Floats(y_RD).add(bias_D);
        if (mask.Rate > 0) sum_RD.mul_(Factors(mask, sum_RD.shape));
        y_RD.copy_(sum_RD.add_(x_RD));
    }

    /// <summary>
    /// 0 for what is dropped, 1 / (1 - rate) for what is kept, drawn by the device's generator from the mask's seed: not the factors of
    /// <see cref="DropoutMask"/>, but the same in every call for as many values on one type of device.
    /// </summary>
    private Tensor Factors(DropoutMask mask, long[] shape)
    {
        var factors = empty(shape, ScalarType.Float32, device);
        var keep = 1 - mask.Rate;
        if (device.type == DeviceType.CUDA)
        {
            // TorchSharp makes generators for the CPU only, so that the device's own is set. Nothing else draws from it.
            cuda.manual_seed_all((long)mask.Seed);
            return factors.bernoulli_(keep).mul_(1 / keep);
        }
        using var generator = new Generator(mask.Seed, CPU);
        return factors.bernoulli_(keep, generator).mul_(1 / keep);
    }
}
