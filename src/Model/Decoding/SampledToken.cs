using DistTrain.Shared;

namespace DistTrain.Model.Decoding;

/// <summary>One token at random, for one sentence, whose random numbers are its own.</summary>
/// <param name="sentence">The sentence's number in its text.</param>
internal sealed class SampledToken(SamplingOptions options, long sentence) : ITokenChooser
{
    private readonly DeterministicRandom _random = new(options.Seed, sentence);

    public int Choose(ReadOnlySpan<float> logits, Span<int> tokens)
    {
        var kept = Kept(logits);
        tokens[0] = kept.Tokens[Draw(kept.Weights)];
        return 1;
    }

    /// <summary>The tokens that can be drawn, with weights proportional to their probabilities. Sorted only when that matters.</summary>
    private (int[] Tokens, double[] Weights) Kept(ReadOnlySpan<float> logits)
    {
        int[] tokens = [.. Enumerable.Range(0, logits.Length)];
        if (options is { TopK: 0, TopP: 1 }) return (tokens, Weights(logits));
        var falling = new float[logits.Length];
        for (var token = 0; token < falling.Length; token++) falling[token] = -logits[token];
        Array.Sort(falling, tokens);
        var count = options.TopK > 0 ? Math.Min(options.TopK, tokens.Length) : tokens.Length;
        var sorted = new float[count];
        for (var rank = 0; rank < count; rank++) sorted[rank] = -falling[rank];
        var weights = Weights(sorted);
        return (tokens, weights[..Nucleus(weights)]);
    }

    private double[] Weights(ReadOnlySpan<float> logits)
    {
        var (weights, largest) = (new double[logits.Length], Logits.Max(logits));
        for (var i = 0; i < weights.Length; i++) weights[i] = Math.Exp((logits[i] - largest) / options.Temperature);
        return weights;
    }

    /// <summary>How many of the largest weights it takes to hold the share <see cref="SamplingOptions.TopP"/> of their sum.</summary>
    private int Nucleus(double[] weights)
    {
        var (wanted, held, count) = (options.TopP * weights.Sum(), 0.0, 0);
        while (count < weights.Length && held < wanted) held += weights[count++];
        return count;
    }

    private int Draw(double[] weights)
    {
        var left = _random.NextDouble() * weights.Sum();
        var last = 0;
        // A weight of zero is never drawn, even when rounding leaves something at the end.
        for (var i = 0; i < weights.Length; i++)
        {
            if (weights[i] == 0) continue;
            last = i;
            if ((left -= weights[i]) < 0) break;
        }
        return last;
    }
}
