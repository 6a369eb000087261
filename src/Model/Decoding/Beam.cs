using DistTrain.Shared.Text;

namespace DistTrain.Model.Decoding;

/// <summary>The search for one sentence's translations: its live hypotheses and the best finished ones. Knows no tensors.</summary>
/// <param name="source">The source's index in the caller's list.</param>
/// <param name="maxLength">Tokens of the longest translation, EOS not counted.</param>
internal sealed class Beam(int source, int maxLength, DecodingOptions options, ITokenChooser chooser)
{
    private readonly LengthPenalty penalty = new(options.Normalization, options.LengthPenalty);
    private readonly List<Hypothesis> finished = [];

    public int Source => source;

    /// <summary>All of the same length, best first, at most as many as the beam is wide. Only those that can still win.</summary>
    public IReadOnlyList<BeamNode> Live { get; private set; } = [new BeamNode(null, SpecialTokens.Bos, 0, 0, 0)];

    /// <summary>The best finished translations so far, best first.</summary>
    public IReadOnlyList<Hypothesis> Finished => finished;

    public bool IsDone => Live.Count == 0;

    /// <summary>The next tokens to consider after a live hypothesis, with their log-probabilities.</summary>
    /// <param name="logits">Of the whole vocabulary. Forbidden tokens are struck out.</param>
    /// <param name="candidates">Takes the continuations; what is left over is given the log-probability minus infinity.</param>
    public void Propose(BeamNode node, Span<float> logits, Span<Candidate> candidates)
    {
        var normalizer = Logits.LogSumExp(logits);
        Forbid(logits, node.Length);
        Span<int> tokens = stackalloc int[candidates.Length];
        var count = chooser.Choose(logits, tokens);
        for (var i = 0; i < count; i++) candidates[i] = new Candidate(node, tokens[i], node.LogProbability + logits[tokens[i]] - normalizer);
        candidates[count..].Fill(new Candidate(node, SpecialTokens.Pad, double.NegativeInfinity));
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
            if (candidate.Token == SpecialTokens.Eos) Finish(candidate.Parent, candidate.LogProbability, length);
            else if (next.Count < options.Beam) next.Add(new BeamNode(candidate.Parent, candidate.Token, length, next.Count, candidate.LogProbability));
        }
        if (next.Count + finished.Count == 0)
            throw new InvalidDataException("The model's outputs are not numbers, so there is nothing to choose a translation by: its training has diverged. Use an earlier checkpoint.");
        // In order of log-probability, hence of bound: those that cannot win stand at the end, and without them the others' search is the same.
        next.RemoveAll(node => finished.Count == options.NBest && penalty.Bound(node.LogProbability, maxLength + 1) <= finished[^1].Score);
        Live = next;
    }

    private void Finish(BeamNode node, double logProbability, int length)
    {
        var score = penalty.Score(logProbability, length);
        var place = finished.FindLastIndex(better => better.Score >= score) + 1;
        if (place == options.NBest) return;
        finished.Insert(place, new Hypothesis(node.Tokens(), logProbability, score));
        if (finished.Count > options.NBest) finished.RemoveAt(options.NBest);
    }

    /// <summary>Padding and BOS are never said; a translation ends within its lengths.</summary>
    private void Forbid(Span<float> logits, int length)
    {
        logits[SpecialTokens.Pad] = logits[SpecialTokens.Bos] = float.NegativeInfinity;
        if (length < options.MinLength) logits[SpecialTokens.Eos] = float.NegativeInfinity;
        if (length >= maxLength) logits[(SpecialTokens.Eos + 1)..].Fill(float.NegativeInfinity);
    }

    /// <summary>A hypothesis and a next token.</summary>
    /// <param name="LogProbability">Of both.</param>
    internal readonly record struct Candidate(BeamNode Parent, int Token, double LogProbability) : IComparable<Candidate>
    {
        /// <summary>Best first; ties in an order that does not depend on how they were found.</summary>
        public int CompareTo(Candidate other) =>
            (other.LogProbability, Parent.Rank, Token).CompareTo((LogProbability, other.Parent.Rank, other.Token));
    }
}
