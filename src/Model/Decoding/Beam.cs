using DistTrain.Shared.Text;

namespace DistTrain.Model.Decoding;

/// <summary>The search for one sentence's translation: its live hypotheses and the best finished one. Knows no tensors.</summary>
/// <param name="maxLength">Tokens of the longest translation, EOS not counted.</param>
internal sealed class Beam(int source, int width, int maxLength, LengthPenalty penalty)
{
    private readonly Live[] live = [new Live(new BeamNode(null, SpecialTokens.Bos, 0), 0, 0), .. Enumerable.Repeat(Live.Dead, width - 1)];

    /// <summary>The source's index in the caller's list.</summary>
    public int Source => source;

    /// <summary>Always as many as the beam is wide; those without a chance have score minus infinity.</summary>
    public IReadOnlyList<Live> Hypotheses => live;

    /// <summary>The best finished translation so far.</summary>
    public Hypothesis? Best { get; private set; }

    /// <summary>No live hypothesis can still win.</summary>
    public bool IsDone { get; private set; }

    /// <summary>The next token must be EOS.</summary>
    public bool MustEnd(int length) => length >= maxLength;

    /// <summary>Takes the best continuations of all live hypotheses, best first.</summary>
    public void Advance(ReadOnlySpan<Candidate> candidates)
    {
        Span<Live> next = new Live[width];
        next.Fill(Live.Dead);
        var count = 0;
        foreach (var candidate in candidates)
        {
            if (float.IsNegativeInfinity(candidate.Score)) break;
            var parent = live[candidate.Parent].Node;
            if (candidate.Token == SpecialTokens.Eos) Finish(parent, candidate.Score);
            else if (count < width) next[count++] = new Live(new BeamNode(parent, candidate.Token, parent.Length + 1), candidate.Score, candidate.Parent);
        }
        next.CopyTo(live);
        IsDone = count == 0 || (Best is not null && penalty.Bound(live[0].Score, maxLength + 1) <= Best.Score);
    }

    private void Finish(BeamNode node, double logProbability)
    {
        var score = penalty.Score(logProbability, node.Length + 1);
        if (Best is null || score > Best.Score) Best = new Hypothesis(node.Tokens(), logProbability, score);
    }

    /// <summary>A hypothesis that is not finished.</summary>
    /// <param name="Score">Its log-probability.</param>
    /// <param name="Parent">Which hypothesis of the step before it continues.</param>
    internal readonly record struct Live(BeamNode Node, float Score, int Parent)
    {
        public static Live Dead { get; } = new(new BeamNode(null, SpecialTokens.Pad, 0), float.NegativeInfinity, 0);
    }

    /// <summary>A hypothesis and a next token.</summary>
    internal readonly record struct Candidate(int Parent, int Token, float Score);
}
