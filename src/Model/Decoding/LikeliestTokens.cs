namespace DistTrain.Model.Decoding;

/// <summary>The likeliest tokens, best first: what beam search and greedy search consider.</summary>
internal sealed class LikeliestTokens : ITokenChooser
{
    public int Choose(ReadOnlySpan<float> logits, Span<int> tokens) => Logits.Largest(logits, tokens);
}
