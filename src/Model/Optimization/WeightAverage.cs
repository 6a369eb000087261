using DistTrain.Model.Weights;
using static TorchSharp.torch;

namespace DistTrain.Model.Optimization;

/// <summary>
/// An exponential moving average of the parameters: average += (1 - d) (parameter - average) after each update (Polyak, Juditsky 1992, with
/// the decaying weights that are usual today). On the flat buffers, by the kernels of their device, as <see cref="AdamOptimizer"/>.
/// </summary>
public sealed class WeightAverage : IDisposable
{
    private readonly FlatParameters _parameters;
    private readonly double _decay;

    /// <summary>Starts from the parameters as they are.</summary>
    /// <param name="decay">Greater than 0, less than 1. 0.999 is usual.</param>
    public WeightAverage(FlatParameters parameters, double decay)
    {
        (_parameters, _decay) = (parameters, decay);
        Values = parameters.NewBuffer();
        Values.Values.copy_(parameters.DeviceValues);
    }

    /// <summary>The average, laid out as the parameters.</summary>
    public FlatBuffer Values { get; }

    /// <summary>
    /// The decay of one update: min(decay, (1 + t) / (10 + t)). Early averages reach back over a part of the steps so far only, so that what
    /// training started from leaves no bias.
    /// </summary>
    /// <param name="update">t: 1 for the first.</param>
    public static double DecayAt(double decay, long update) => Math.Min(decay, (1.0 + update) / (10.0 + update));

    /// <summary>Takes the parameters into the average.</summary>
    /// <param name="update">The number of the optimizer's update that was just made, from 1.</param>
    public void Update(long update) => _parameters.Kernels.MoveAverage(_parameters.DeviceValues, (float)(1 - DecayAt(_decay, update)), Values.Values);

    /// <summary>
    /// Exchanges average and parameters, so that the model computes with the average; a second call exchanges them back, bit for bit.
    /// </summary>
    public void Exchange()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var (current, average) = (_parameters.ChangeValues().Values, Values.Values);
        var before = current.clone();
        current.copy_(average);
        average.copy_(before);
    }

    public void Dispose() => Values.Dispose();
}
