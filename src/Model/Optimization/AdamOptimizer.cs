using DistTrain.Model.Kernels;
using DistTrain.Model.Weights;
using DistTrain.Shared.Jobs;

namespace DistTrain.Model.Optimization;

/// <summary>
/// Adam (Kingma, Ba 2015) with clipping by global norm; <c>adamw</c> adds decoupled weight decay (Loshchilov, Hutter 2019). On the flat
/// buffers, by the kernels of their device.
/// </summary>
public sealed class AdamOptimizer : IDisposable
{
    private readonly FlatParameters _parameters;
    private readonly OptimizerSpec _spec;
    private readonly double _weightDecay;

    public AdamOptimizer(FlatParameters parameters, OptimizerSpec spec)
    {
        _parameters = parameters;
        _spec = spec;
        _weightDecay = spec.Type == "adamw" ? spec.WeightDecay : 0;
        FirstMoment = parameters.NewBuffer();
        SecondMoment = parameters.NewBuffer();
    }

    /// <summary>Running mean of the gradient, laid out as the parameters.</summary>
    public FlatBuffer FirstMoment { get; }

    /// <summary>Running mean of the squared gradient, laid out as the parameters.</summary>
    public FlatBuffer SecondMoment { get; }

    /// <summary>Steps taken. Set when a run is resumed: it corrects the moments' bias.</summary>
    public long Steps { get; set; }

    /// <summary>Updates the parameters from their gradients, which are zero afterwards.</summary>
    /// <param name="rate">This step's learning rate.</param>
    /// <param name="gradientScale">Turns the summed gradients into means: one over the units of all members.</param>
    /// <returns>The norm of the scaled gradient, before clipping. When it is not finite, nothing has been changed.</returns>
    public double Step(double rate, double gradientScale)
    {
        var norm = _parameters.Kernels.Norm(_parameters.GradientBuffer.Values) * gradientScale;
        if (!double.IsFinite(norm)) return norm;
        Steps++;
        var clip = _spec.ClipNorm > 0 && norm > _spec.ClipNorm ? _spec.ClipNorm / norm : 1;
        var firstCorrection = 1 - Math.Pow(_spec.Beta1, Steps);
        var secondCorrection = 1 - Math.Pow(_spec.Beta2, Steps);
        var coefficients = new AdamCoefficients(
            (float)(gradientScale * clip), (float)_spec.Beta1, (float)(1 - _spec.Beta1), (float)_spec.Beta2, (float)(1 - _spec.Beta2),
            (float)(rate / firstCorrection), (float)(1 / Math.Sqrt(secondCorrection)), (float)_spec.Epsilon, (float)(1 - rate * _weightDecay));
        _parameters.Update(coefficients, FirstMoment, SecondMoment);
        return norm;
    }

    public void Dispose()
    {
        FirstMoment.Dispose();
        SecondMoment.Dispose();
    }
}
