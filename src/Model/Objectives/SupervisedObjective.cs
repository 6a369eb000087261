using DistTrain.Model.Batches;
using DistTrain.Model.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Objectives;

/// <summary>
/// Label-smoothed cross-entropy (section 5.4): (1 - s) times the label's negative log-likelihood plus s times its mean over the vocabulary,
/// summed over target tokens with EOS. Evaluation gives the plain negative log-likelihood.
/// </summary>
/// <param name="parameters">Of the model that is trained.</param>
/// <param name="labelSmoothing">At least 0, less than 1. The paper has 0.1.</param>
public sealed class SupervisedObjective(FlatParameters parameters, double labelSmoothing) : IObjective<SentencePairs>
{
    /// <summary><c>nll</c>: the plain negative log-likelihood.</summary>
    public IReadOnlyList<string> MetricNames { get; } = ["nll"];

    public ObjectiveSums Backward(SentencePairs batch, long seed, Action<int>? final = null)
    {
        if (batch.Sources.Length == 0) return ObjectiveSums.Zero(MetricNames.Count);
        using var scope = NewDisposeScope();
        return Backward(PaddedPairs.From(batch.Sources, batch.Targets, batch.Examples), seed, final);
    }

    public ObjectiveSums Evaluate(SentencePairs batch)
    {
        if (batch.Sources.Length == 0) return ObjectiveSums.Zero(MetricNames.Count);
        using var scope = NewDisposeScope();
        return Evaluate(PaddedPairs.From(batch.Sources, batch.Targets));
    }

    internal ObjectiveSums Backward(PaddedPairs pairs, long seed, Action<int>? final = null)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var output = LabelledOutput.ForTraining(parameters, pairs, seed);
        var statistics_3 = Statistics(output, chunk => output.ProjectWithBackward(chunk.First, chunk.Count, labelSmoothing));
        output.Backward(final);
        return Sums(output, statistics_3, labelSmoothing);
    }

    internal ObjectiveSums Evaluate(PaddedPairs pairs)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var output = LabelledOutput.ForScores(parameters, pairs);
        return Sums(output, Statistics(output, chunk => output.Project(chunk.First, chunk.Count)), smoothing: 0);
    }

    /// <summary>Of all positions, summed in float64 where they were computed: the device is not waited for.</summary>
    private static Tensor Statistics(LabelledOutput output, Func<(int First, int Count), LabelledOutput.Chunk> project)
    {
        var statistics_3 = zeros(3, ScalarType.Float64, output.Device);
        for (var first = 0; first < output.Count; first += output.ChunkRows)
        {
            using var scope = NewDisposeScope();
            statistics_3.Add(project((first, Math.Min(output.ChunkRows, output.Count - first))).Statistics_C3.sum([0L], type: ScalarType.Float64));
        }
        return statistics_3;
    }

    private static ObjectiveSums Sums(LabelledOutput output, Tensor statistics_3, double smoothing)
    {
        var sums = statistics_3.cpu().data<double>();
        var (labels, means) = (sums[LabelledOutput.OfLabel], sums[LabelledOutput.MeanOverVocabulary]);
        return new ObjectiveSums(-(1 - smoothing) * labels - (smoothing > 0 ? smoothing * means : 0), output.Count, [-labels]);
    }
}
