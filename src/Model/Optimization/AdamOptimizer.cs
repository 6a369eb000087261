using System.Numerics;
using System.Runtime.InteropServices;
using DistTrain.Model.Kernels;
using DistTrain.Model.Weights;
using DistTrain.Shared.Jobs;

namespace DistTrain.Model.Optimization;

/// <summary>
/// Adam (Kingma, Ba 2015) with clipping by global norm; <c>adamw</c> adds decoupled weight decay (Loshchilov, Hutter 2019). One pass over the
/// flat buffers, in operations that every processor rounds alike (no fused multiply-add), element by element: members of a ring stay
/// bit-identical even on unequal machines and on different numbers of threads.
/// </summary>
public sealed class AdamOptimizer
{
    /// <summary>A whole number of vectors, so that no element depends on where blocks end.</summary>
    private const int BlockLength = 1 << 16;

    private readonly FlatParameters parameters;
    private readonly OptimizerSpec spec;
    private readonly double weightDecay;
    private readonly GradientNorm gradientNorm;
    private readonly float[] firstMoment;
    private readonly float[] secondMoment;

    public AdamOptimizer(FlatParameters parameters, OptimizerSpec spec)
    {
        this.parameters = parameters;
        this.spec = spec;
        weightDecay = spec.Type == "adamw" ? spec.WeightDecay : 0;
        gradientNorm = new GradientNorm(parameters.Values.Length);
        firstMoment = new float[parameters.Values.Length];
        secondMoment = new float[parameters.Values.Length];
    }

    /// <summary>Running mean of the gradient, laid out as the parameters.</summary>
    public Memory<float> FirstMoment => firstMoment;

    /// <summary>Running mean of the squared gradient, laid out as the parameters.</summary>
    public Memory<float> SecondMoment => secondMoment;

    /// <summary>Steps taken. Set when a run is resumed: it corrects the moments' bias.</summary>
    public long Steps { get; set; }

    /// <summary>Updates the parameters from their gradients, which stay as they are.</summary>
    /// <param name="rate">This step's learning rate.</param>
    /// <param name="gradientScale">Turns the summed gradients into means: one over the units of all members.</param>
    /// <returns>The norm of the scaled gradient, before clipping. When it is not finite, nothing has been changed.</returns>
    public double Step(double rate, double gradientScale)
    {
        var norm = gradientNorm.Of(parameters.GradientsMemory) * gradientScale;
        if (!double.IsFinite(norm)) return norm;
        Steps++;
        var clip = spec.ClipNorm > 0 && norm > spec.ClipNorm ? spec.ClipNorm / norm : 1;
        var firstCorrection = 1 - Math.Pow(spec.Beta1, Steps);
        var secondCorrection = 1 - Math.Pow(spec.Beta2, Steps);
        Update(new Coefficients(
            (float)(gradientScale * clip), (float)spec.Beta1, (float)(1 - spec.Beta1), (float)spec.Beta2, (float)(1 - spec.Beta2),
            (float)(rate / firstCorrection), (float)(1 / Math.Sqrt(secondCorrection)), (float)spec.Epsilon, (float)(1 - rate * weightDecay)));
        return norm;
    }

    private void Update(Coefficients c) => Team.Run((firstMoment.Length + BlockLength - 1) / BlockLength, block =>
    {
        var (first, length) = (block * BlockLength, Math.Min(BlockLength, firstMoment.Length - block * BlockLength));
        Update(c, parameters.Values.Slice(first, length), parameters.Gradients.Slice(first, length), firstMoment.AsSpan(first, length), secondMoment.AsSpan(first, length));
    });

    /// <summary>m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; p = keep p - rate m / (sqrt(v) / sqrt(1 - b2^t) + epsilon).</summary>
    private static void Update(in Coefficients c, Span<float> values, ReadOnlySpan<float> gradients, Span<float> firstMoment, Span<float> secondMoment)
    {
        var v = MemoryMarshal.Cast<float, Vector<float>>(values);
        var g = MemoryMarshal.Cast<float, Vector<float>>(gradients);
        var m1 = MemoryMarshal.Cast<float, Vector<float>>(firstMoment);
        var m2 = MemoryMarshal.Cast<float, Vector<float>>(secondMoment);
        for (var i = 0; i < v.Length; i++)
        {
            var gradient = g[i] * c.Scale;
            m1[i] = m1[i] * c.Beta1 + gradient * c.OneMinusBeta1;
            m2[i] = m2[i] * c.Beta2 + gradient * gradient * c.OneMinusBeta2;
            var root = Vector.SquareRoot(m2[i]) * c.RootCorrection + new Vector<float>(c.Epsilon);
            v[i] = v[i] * c.Keep - m1[i] * c.Rate / root;
        }
        for (var i = v.Length * Vector<float>.Count; i < values.Length; i++)
        {
            var gradient = gradients[i] * c.Scale;
            firstMoment[i] = firstMoment[i] * c.Beta1 + gradient * c.OneMinusBeta1;
            secondMoment[i] = secondMoment[i] * c.Beta2 + gradient * gradient * c.OneMinusBeta2;
            var root = MathF.Sqrt(secondMoment[i]) * c.RootCorrection + c.Epsilon;
            values[i] = values[i] * c.Keep - firstMoment[i] * c.Rate / root;
        }
    }

    private readonly record struct Coefficients(
        float Scale, float Beta1, float OneMinusBeta1, float Beta2, float OneMinusBeta2, float Rate, float RootCorrection, float Epsilon, float Keep);
}
