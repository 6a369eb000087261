using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Kernels.Torch;

/// <remarks>Element by element, so that members of a ring on devices of one type stay bit-identical.</remarks>
internal sealed partial class TorchKernels
{
    public override double Norm(Tensor values)
    {
        using var scope = NewDisposeScope();
        return Math.Sqrt(values.square().sum(ScalarType.Float64).item<double>());
    }

    public override void Adam(AdamCoefficients coefficients, Tensor gradients, Tensor firstMoment, Tensor secondMoment, Tensor values,
        Tensor? rounded)
    {
        using var scope = NewDisposeScope();
        var (c, scaled) = (coefficients, gradients.mul(Number.Of(coefficients.Scale)));
        firstMoment.mul_(Number.Of(c.Beta1)).add_(scaled, alpha: Number.Of(c.OneMinusBeta1));
        secondMoment.mul_(Number.Of(c.Beta2)).addcmul_(scaled, scaled, Number.Of(c.OneMinusBeta2));
        var root = secondMoment.sqrt().mul_(Number.Of(c.RootCorrection)).Add(c.Epsilon);
        values.mul_(Number.Of(c.Keep)).addcdiv_(firstMoment, root, Number.Of(-c.Rate));
        rounded?.copy_(values);
        gradients.zero_();
    }

    public override void MoveAverage(Tensor values, float rate, Tensor average)
    {
        using var scope = NewDisposeScope();
        average.add_(values.sub(average), alpha: Number.Of(rate));
    }
}
