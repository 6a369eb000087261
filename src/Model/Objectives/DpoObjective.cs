using DistTrain.Model.Batches;
using DistTrain.Model.Objectives.Preferences;
using DistTrain.Model.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Objectives;

/// <summary>
/// Direct preference optimization against a frozen reference whose log-probabilities come with the batch. The source is encoded once for
/// chosen and rejected, which share one padded decoder pass. Dropout is off, so that policy and reference agree before the first step.
/// </summary>
/// <param name="parameters">Of the policy, which is trained.</param>
/// <param name="loss">Of each pair.</param>
public sealed class DpoObjective(FlatParameters parameters, IPreferenceLoss loss) : IObjective<PreferencePairs>
{
    public IReadOnlyList<string> MetricNames { get; } =
        ["rewards/chosen", "rewards/rejected", "rewards/accuracies", "rewards/margins", "logps/chosen", "logps/rejected"];

    public ObjectiveSums Backward(PreferencePairs batch, long seed, Action<int>? final = null)
    {
        if (batch.Sources.Length == 0) return ObjectiveSums.Zero(MetricNames.Count);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var output = LabelledOutput.ForTraining(parameters, Pairs(batch), dropout: null);
        var sums = Sums(output, batch, backward: true);
        output.Backward(final);
        return sums;
    }

    public ObjectiveSums Evaluate(PreferencePairs batch)
    {
        if (batch.Sources.Length == 0) return ObjectiveSums.Zero(MetricNames.Count);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return Sums(LabelledOutput.ForScores(parameters, Pairs(batch)), batch, backward: false);
    }

    /// <summary>Chosen and rejected of a source stand next to each other, as the decoder wants sequences that share a source.</summary>
    private static PaddedPairs Pairs(PreferencePairs batch) =>
        PaddedPairs.From(batch.Sources, [.. batch.Chosen.Zip(batch.Rejected).SelectMany(pair => new[] { pair.First, pair.Second })]);

    private ObjectiveSums Sums(LabelledOutput output, PreferencePairs batch, bool backward)
    {
        var sums = ObjectiveSums.Zero(MetricNames.Count);
        var (pair, row) = (0, 0);
        while (pair < batch.Sources.Length)
        {
            using var scope = NewDisposeScope();
            var lengths = PairsOfChunk(batch, pair, output.ChunkRows);
            var rows = lengths.Sum();
            var chunk = output.Project(row, rows);
            var scores = SequenceScores.Sums(chunk.OfLabels(), lengths);
            var values = Values(batch, pair, scores, lengths);
            for (var index = 0; index < values.Length; index++) sums += Sums(values[index], scores[2 * index], scores[2 * index + 1]);
            if (backward) chunk.Backward(smoothing: 0, output.OnDevice(PositionWeights(values, batch, pair)));
            (pair, row) = (pair + values.Length, row + rows);
        }
        return sums;
    }

    /// <summary>
    /// Labels of each sequence of the next chunk. A chunk holds whole pairs, because a pair's weight depends on all its tokens: as many as it has
    /// rows for, but at least one.
    /// </summary>
    private static List<int> PairsOfChunk(PreferencePairs batch, int pair, int rows)
    {
        var lengths = new List<int>();
        for (var left = rows; pair < batch.Sources.Length; pair++)
        {
            var (chosen, rejected) = (batch.Chosen[pair].Length + 1, batch.Rejected[pair].Length + 1);
            left -= chosen + rejected;
            if (left < 0 && lengths.Count > 0) break;
            lengths.AddRange([chosen, rejected]);
        }
        return lengths;
    }

    private PreferenceValue[] Values(PreferencePairs batch, int first, double[] scores, List<int> lengths) =>
        [.. Enumerable.Range(0, scores.Length / 2).Select(index => loss.Of(new PreferenceScores(scores[2 * index], scores[2 * index + 1],
            batch.ReferenceChosen[first + index], batch.ReferenceRejected[first + index], lengths[2 * index], lengths[2 * index + 1])))];

    /// <summary>The loss's derivative by each position's negative log-likelihood: [C].</summary>
    /// <remarks>
    /// What chosen and rejected begin with has the same likelihood in both, so that its derivatives cancel. They are left out: their sum would be
    /// rounding, and Adam, whose steps do not shrink with the gradient, makes whole steps of a gradient that is nothing else.
    /// </remarks>
    private static Tensor PositionWeights(PreferenceValue[] values, PreferencePairs batch, int first)
    {
        var weights = new List<float>();
        foreach (var (index, value) in values.Index())
        {
            var (chosen, rejected) = (batch.Chosen[first + index], batch.Rejected[first + index]);
            var shared = chosen.AsSpan().CommonPrefixLength(rejected);
            // EOS too.
            if (shared == chosen.Length && shared == rejected.Length) shared++;
            foreach (var (length, weight) in new[] { (chosen.Length, -value.ByChosen), (rejected.Length, -value.ByRejected) })
            {
                weights.AddRange(Enumerable.Repeat(0f, shared));
                weights.AddRange(Enumerable.Repeat((float)weight, length + 1 - shared));
            }
        }
        return tensor(weights.ToArray());
    }

    private static ObjectiveSums Sums(PreferenceValue value, double chosen, double rejected) =>
        new(value.Loss, 1, [value.ChosenReward, value.RejectedReward, value.IsAccurate ? 1 : 0, value.Margin, chosen, rejected]);
}
