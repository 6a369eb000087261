using System.Numerics;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace DistTrain.Model.Kernels.Cpu;

/// <remarks>
/// Updates of flat buffers are in operations that every processor rounds alike (no fused multiply-add), element by element: members of a
/// ring stay bit-identical even on unequal machines and on different numbers of threads.
/// </remarks>
internal sealed unsafe partial class CpuKernels<T, TElement>
{
    /// <summary>A whole number of vectors, so that no element depends on where blocks end.</summary>
    private const int FlatBlockLength = 1 << 14;

    private FlatNorm? _norm;

    public override double Norm(Tensor values)
    {
        if (_norm?.Length != values.numel()) _norm = new FlatNorm(values.numel());
        return _norm.Of(Floats(values));
    }

    public override void Adam(AdamCoefficients coefficients, Tensor gradients, Tensor firstMoment, Tensor secondMoment, Tensor values,
        Tensor? rounded)
    {
        float* g = Floats(gradients), m1 = Floats(firstMoment), m2 = Floats(secondMoment), v = Floats(values);
        T* copy = rounded is null ? null : Pointer(rounded);
        // All that is to be done to a block at once, while it is near: the buffers together are much larger than any cache.
        ForBlocks(values.numel(), FlatBlockLength, (first, end) =>
        {
            Span<float> Block(float* flat) => new(flat + first, end - first);
            Adam(coefficients, Block(g), Block(m1), Block(m2), Block(v));
            if (copy != null) Convert(v, copy, first, end);
            Block(g).Clear();
        });
    }

    public override void MoveAverage(Tensor values, float rate, Tensor average)
    {
        float* current = Floats(values), a = Floats(average);
        ForBlocks(values.numel(), FlatBlockLength,
            (first, end) => MoveAverage(new ReadOnlySpan<float>(current + first, end - first), rate, new Span<float>(a + first, end - first)));
    }

    private static void Adam(in AdamCoefficients c, ReadOnlySpan<float> gradients, Span<float> firstMoment, Span<float> secondMoment,
        Span<float> values)
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

    private static void MoveAverage(ReadOnlySpan<float> current, float rate, Span<float> average)
    {
        var c = MemoryMarshal.Cast<float, Vector<float>>(current);
        var a = MemoryMarshal.Cast<float, Vector<float>>(average);
        for (var i = 0; i < a.Length; i++) a[i] += (c[i] - a[i]) * rate;
        for (var i = a.Length * Vector<float>.Count; i < average.Length; i++) average[i] += (current[i] - average[i]) * rate;
    }
}
