using DistTrain.Shared.Text;

namespace DistTrain.Model.Decoding;

/// <summary>The search for one sentence's translations: its live hypotheses and the best finished ones. Knows no tensors.</summary>
/// <remarks>
/// A hypothesis with as many tokens as it may have ends there. It ends by itself when EOS is what the chooser would take first, as it does at any
/// other length. Otherwise it is cut: it has not said its end, so its score is that of its tokens alone. Were the improbable EOS counted, a
/// translation that ends much too early would win wherever the right one is longer than it may be.
/// </remarks>
/// <param name="source">The source's index in the caller's list.</param>
/// <param name="maxLength">Tokens of the longest translation, EOS not counted.</param>
internal sealed class Beam(int source, int maxLength, DecodingOptions options, ITokenChooser chooser)
{
    private readonly LengthPenalty _penalty = new(options.Normalization, options.LengthPenalty);
    private readonly FinishedHypotheses _finished = new(options);

    public int Source => source;

    /// <summary>All of the same length, best first, at most as many as the beam is wide. Only those that can still win.</summary>
    public IReadOnlyList<BeamNode> Live { get; private set; } = [new BeamNode(null, SpecialTokens.Bos, 0, 0, 0)];

    /// <summary>The best finished translations so far, best first.</summary>
    public IReadOnlyList<Hypothesis> Finished => _finished.Best;

    public bool IsDone => Live.Count == 0;

    /// <summary>The next tokens to consider after a live hypothesis, with their log-probabilities.</summary>
    /// <param name="logits">Of the whole vocabulary. Forbidden tokens are struck out.</param>
    /// <param name="candidates">Takes the continuations; what is left over is given the log-probability minus infinity.</param>
    public void Propose(BeamNode node, Span<float> logits, Span<Candidate> candidates)
    {
        var normalizer = Logits.LogSumExp(logits);
        Forbid(logits, node);
        Span<int> tokens = stackalloc int[candidates.Length];
        var count = chooser.Choose(logits, tokens);
        for (var i = 0; i < count; i++) candidates[i] = new Candidate(node, tokens[i], node.LogProbability + logits[tokens[i]] - normalizer);
        if (node.Length == maxLength && count > 0 && double.IsFinite(candidates[0].LogProbability))
        {
            if (tokens[0] != SpecialTokens.Eos) candidates[0] = new Candidate(node, SpecialTokens.Eos, node.LogProbability, IsCut: true);
            count = 1;
        }
        candidates[count..].Fill(new Candidate(node, SpecialTokens.Pad, double.NegativeInfinity));
    }

    /// <summary>
    /// Whether all that can follow a hypothesis is its likeliest next tokens, other than padding, BOS and the unknown one: then
    /// <see cref="Propose(BeamNode, double, ReadOnlySpan{int}, ReadOnlySpan{float}, Span{Candidate})"/> does without the others.
    /// </summary>
    public bool TakesLikeliest(BeamNode node) =>
        options.Sampling is null && options.NoRepeatNgram == 0 && node.Length >= options.MinLength && node.Length < maxLength;

    /// <summary>The same from the likeliest tokens and the logarithm of the sum of all exponentials.</summary>
    public static void Propose(BeamNode node, double normalizer, ReadOnlySpan<int> tokens, ReadOnlySpan<float> logits, Span<Candidate> candidates)
    {
        for (var i = 0; i < tokens.Length; i++) candidates[i] = new Candidate(node, tokens[i], node.LogProbability + logits[i] - normalizer);
        candidates[tokens.Length..].Fill(new Candidate(node, SpecialTokens.Pad, double.NegativeInfinity));
    }

    /// <summary>Goes on with the best continuations of all live hypotheses.</summary>
    /// <param name="candidates">In any order, which changes.</param>
    /// <exception cref="InvalidDataException">There are none.</exception>
    public void Advance(Span<Candidate> candidates)
    {
        candidates.Sort();
        var next = new List<BeamNode>(options.Beam);
        // Twice the beam: even if every hypothesis ends, the beam is full of live ones.
        foreach (var candidate in candidates[..Math.Min(candidates.Length, 2 * options.Beam)])
        {
            if (!double.IsFinite(candidate.LogProbability)) break;
            var length = candidate.Parent.Length + 1;
            if (candidate.Token == SpecialTokens.Eos) Finish(candidate);
            else if (next.Count < options.Beam)
            next.Add(new BeamNode(candidate.Parent, candidate.Token, length, next.Count, candidate.LogProbability));
        }
        if (next.Count + Finished.Count == 0)
            throw new InvalidDataException("The model's outputs are not numbers, so there is nothing to choose a translation by: its training has " +
                "diverged. Use an earlier checkpoint.");
        // In order of log-probability, hence of bound: those that cannot win stand at the end, and without them the others' search is the same.
        next.RemoveAll(node => !_finished.CanTake(_penalty.Bound(node.LogProbability, maxLength + 1)));
        Live = next;
    }

    private void Finish(Candidate candidate)
    {
        var score = _penalty.Score(candidate.LogProbability, candidate.IsCut ? candidate.Parent.Length : candidate.Parent.Length + 1);
        if (_finished.CanTake(score)) _finished.Add(new Hypothesis(candidate.Parent.Tokens(), candidate.LogProbability, score, candidate.IsCut));
    }

    /// <summary>
    /// Padding, BOS and the unknown token are never said; a translation has at least its shortest length and repeats nothing, but ends where it could
    /// say nothing else.
    /// </summary>
    private void Forbid(Span<float> logits, BeamNode node)
    {
        logits[SpecialTokens.Pad] = logits[SpecialTokens.Bos] = float.NegativeInfinity;
        if (options.Unknown is { } unknown) logits[unknown] = float.NegativeInfinity;
        var repeating = node.Repeating(options.NoRepeatNgram);
        foreach (var token in repeating) logits[token] = float.NegativeInfinity;
        if (node.Length < options.MinLength && repeating.Count < logits.Length - SpecialTokens.Count - (options.Unknown is null ? 0 : 1))
            logits[SpecialTokens.Eos] = float.NegativeInfinity;
    }

    /// <summary>A hypothesis and a next token.</summary>
    /// <param name="LogProbability">Of both; of the hypothesis alone when it is cut.</param>
    /// <param name="IsCut">The token is an EOS that the limit of the length demands and the model did not say.</param>
    internal readonly record struct Candidate(BeamNode Parent, int Token, double LogProbability, bool IsCut = false) : IComparable<Candidate>
    {
        /// <summary>Best first; ties in an order that does not depend on how they were found.</summary>
        public int CompareTo(Candidate other) =>
            (other.LogProbability, Parent.Rank, Token).CompareTo((LogProbability, other.Parent.Rank, other.Token));
    }
}
