using System.Numerics;
using System.Runtime.InteropServices;
using DistTrain.Model.Kernels;
using DistTrain.Model.Weights;

namespace DistTrain.Model.Optimization;

/// <summary>
/// An exponential moving average of the parameters: average += (1 - d) (parameter - average) after each update (Polyak, Juditsky 1992, with
/// the decaying weights that are usual today). One pass over the flat buffers, in operations that every processor rounds alike, as
/// <see cref="AdamOptimizer"/>'s.
/// </summary>
public sealed class WeightAverage
{
    /// <summary>A whole number of vectors, so that no element depends on where blocks end.</summary>
    private const int BlockLength = 1 << 16;

    private readonly FlatParameters parameters;
    private readonly double decay;
    private readonly float[] values;

    /// <summary>Starts from the parameters as they are.</summary>
    /// <param name="decay">Greater than 0, less than 1. 0.999 is usual.</param>
    public WeightAverage(FlatParameters parameters, double decay)
    {
        (this.parameters, this.decay) = (parameters, decay);
        values = parameters.Values.ToArray();
    }

    /// <summary>The average, laid out as the parameters.</summary>
    public Memory<float> Values => values;

    /// <summary>
    /// The decay of one update: min(decay, (1 + t) / (10 + t)). Early averages reach back over a part of the steps so far only, so that what
    /// training started from leaves no bias.
    /// </summary>
    /// <param name="update">t: 1 for the first.</param>
    public static double DecayAt(double decay, long update) => Math.Min(decay, (1.0 + update) / (10.0 + update));

    /// <summary>Takes the parameters into the average.</summary>
    /// <param name="update">The number of the optimizer's update that was just made, from 1.</param>
    public void Update(long update)
    {
        var rate = (float)(1 - DecayAt(decay, update));
        Team.Run((values.Length + BlockLength - 1) / BlockLength, block =>
        {
            var (first, length) = (block * BlockLength, Math.Min(BlockLength, values.Length - block * BlockLength));
            Update(rate, parameters.Values.Slice(first, length), values.AsSpan(first, length));
        });
    }

    /// <summary>Exchanges average and parameters, so that the model computes with the average; a second call exchanges them back, bit for bit.</summary>
    public void Exchange()
    {
        var current = parameters.Values;
        for (var i = 0; i < values.Length; i++) (current[i], values[i]) = (values[i], current[i]);
    }

    private static void Update(float rate, ReadOnlySpan<float> current, Span<float> average)
    {
        var c = MemoryMarshal.Cast<float, Vector<float>>(current);
        var a = MemoryMarshal.Cast<float, Vector<float>>(average);
        for (var i = 0; i < a.Length; i++) a[i] += (c[i] - a[i]) * rate;
        for (var i = a.Length * Vector<float>.Count; i < average.Length; i++) average[i] += (current[i] - average[i]) * rate;
    }
}
