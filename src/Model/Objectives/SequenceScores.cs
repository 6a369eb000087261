using DistTrain.Model.Batches;
using DistTrain.Model.Modules;
using DistTrain.Model.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Objectives;

/// <summary>Log-probabilities of whole translations: the sum over their tokens and EOS of log p(token | earlier tokens, source).</summary>
public static class SequenceScores
{
    private const int TokensAtOnce = 4096;

    /// <summary>Log-probability of each pair's target given its source, in the pairs' order. No gradient, no dropout.</summary>
    public static double[] LogProbabilities(Transformer model, SentencePairs pairs) => SumsOf(TokenLogProbabilities(model, pairs));

    /// <summary>The same of a model in training, in its precision and on its device.</summary>
    public static double[] LogProbabilities(FlatParameters parameters, SentencePairs pairs) =>
        SumsOf(TokenLogProbabilities(pairs, padded => LabelledOutput.ForScores(parameters, padded)));

    /// <summary>Log-probability of each token of each pair's target and of EOS.</summary>
    internal static float[][] TokenLogProbabilities(Transformer model, SentencePairs pairs) =>
        TokenLogProbabilities(pairs, padded => LabelledOutput.ForScores(model, padded));

    private static float[][] TokenLogProbabilities(SentencePairs pairs, Func<PaddedPairs, LabelledOutput> score)
    {
        using var noGradient = no_grad();
        var scores = new float[pairs.Sources.Length][];
        int Places(int index) => Math.Max(pairs.Sources[index].Length, pairs.Targets[index].Length) + 1;
        foreach (var group in LengthGroups.Of(pairs.Sources.Length, Places, TokensAtOnce))
        {
            using var scope = NewDisposeScope();
            var output = score(PaddedPairs.From([.. group.Select(index => pairs.Sources[index])], [.. group.Select(index => pairs.Targets[index])]));
            var left = OfLabels(output).AsSpan();
            foreach (var index in group)
            {
                scores[index] = left[..(pairs.Targets[index].Length + 1)].ToArray();
                left = left[scores[index].Length..];
            }
        }
        return scores;
    }

    /// <summary>Sums in float64 of each sequence's share of a chunk's label log-probabilities.</summary>
    /// <param name="lengths">Labels of each sequence of the chunk.</param>
    internal static double[] Sums(ReadOnlySpan<float> ofLabels, IReadOnlyList<int> lengths)
    {
        var sums = new double[lengths.Count];
        var at = 0;
        for (var sequence = 0; sequence < lengths.Count; sequence++)
            for (var end = at + lengths[sequence]; at < end; at++)
                sums[sequence] += ofLabels[at];
        return sums;
    }

    private static double[] SumsOf(float[][] sequences) => [.. sequences.Select(tokens => Sums(tokens, [tokens.Length])[0])];

    private static float[] OfLabels(LabelledOutput output)
    {
        var ofLabels = new float[output.Count];
        for (var first = 0; first < output.Count; first += output.ChunkRows)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(output.ChunkRows, output.Count - first);
            output.Project(first, count).OfLabels().CopyTo(ofLabels.AsSpan(first, count));
        }
        return ofLabels;
    }
}
