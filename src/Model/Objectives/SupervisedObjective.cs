using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Objectives;

/// <summary>
/// Label-smoothed cross-entropy (section 5.4): (1 - s) times the label's negative log-likelihood plus s times its mean over the vocabulary,
/// summed over target tokens with EOS. Evaluation gives the plain negative log-likelihood.
/// </summary>
/// <param name="labelSmoothing">At least 0, less than 1. The paper has 0.1.</param>
public sealed class SupervisedObjective(Transformer model, double labelSmoothing) : IObjective<SentencePairs>
{
    /// <summary><c>nll</c>: the plain negative log-likelihood.</summary>
    public IReadOnlyList<string> MetricNames { get; } = ["nll"];

    public ObjectiveSums Backward(SentencePairs batch, Action<int>? final = null)
    {
        if (batch.Sources.Length == 0) return ObjectiveSums.Zero(MetricNames.Count);
        using var scope = NewDisposeScope();
        return Backward(PaddedPairs.From(batch.Sources, batch.Targets), final);
    }

    public ObjectiveSums Evaluate(SentencePairs batch)
    {
        if (batch.Sources.Length == 0) return ObjectiveSums.Zero(MetricNames.Count);
        using var scope = NewDisposeScope();
        return Evaluate(PaddedPairs.From(batch.Sources, batch.Targets));
    }

    internal ObjectiveSums Backward(PaddedPairs pairs, Action<int>? final = null)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var output = LabelledOutput.ForTraining(model, pairs, dropout: true);
        var sums = Sums(output, labelSmoothing, backward: true);
        output.Backward(final);
        return sums;
    }

    internal ObjectiveSums Evaluate(PaddedPairs pairs)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return Sums(LabelledOutput.ForScores(model, pairs), smoothing: 0, backward: false);
    }

    private static ObjectiveSums Sums(LabelledOutput output, double smoothing, bool backward)
    {
        var (labels, means) = (0.0, 0.0);
        for (var first = 0; first < output.Count; first += output.ChunkRows)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(output.ChunkRows, output.Count - first);
            var chunk = backward ? output.ProjectWithBackward(first, count, smoothing) : output.Project(first, count);
            labels += Sum(chunk.OfLabels());
            if (smoothing > 0) means += Sum(chunk.MeanOverVocabulary());
        }
        return new ObjectiveSums(-(1 - smoothing) * labels - smoothing * means, output.Count, [-labels]);
    }

    private static double Sum(Tensor values) => values.sum(ScalarType.Float64).item<double>();
}
