namespace DistTrain.Shared.Text.SentencePiece;

/// <summary>Cuts text into the pieces whose scores, log-probabilities, have the highest sum (Kudo 2018), by dynamic programming.</summary>
internal sealed class UnigramCutter : ICutter
{
    /// <summary>How much lower than the rarest piece an unknown character scores.</summary>
    private const float UnknownPenalty = 10;

    /// <summary>The score of a text that is always one piece: hardly any other cut reaches it.</summary>
    private const double UnbreakableScore = -0.1;

    private readonly Dictionary<string, double>.AlternateLookup<ReadOnlySpan<char>> _scores;
    private readonly float _unknown;
    private readonly int _longest;

    public UnigramCutter(SentencePieceModel model)
    {
        var pieces = model.Pieces.Where(piece => piece.IsText).ToList();
        _scores = pieces.ToDictionary(piece => piece.Text, piece => piece.Kind == PieceKind.UserDefined ? UnbreakableScore : piece.Score)
            .GetAlternateLookup<ReadOnlySpan<char>>();
        _unknown = pieces.Where(piece => piece.Kind == PieceKind.Normal).Min(piece => piece.Score) - UnknownPenalty;
        _longest = pieces.Max(piece => piece.Text.Length);
    }

    public IEnumerable<(int Start, int End)> Cut(string text)
    {
        // For each place the best cut of the text before it: its score, in the precision of SentencePiece, and where its last piece starts.
        var best = new (float Score, int Start)[text.Length + 1];
        best.AsSpan(1).Fill((float.NegativeInfinity, 0));
        for (int start = 0, character; start < text.Length; start += character)
        {
            character = char.IsSurrogatePair(text, start) ? 2 : 1;
            var (score, isKnown) = (best[start].Score, false);
            for (var end = start + character; end <= Math.Min(text.Length, start + _longest); end++)
            {
                if (!_scores.TryGetValue(text.AsSpan(start, end - start), out var piece)) continue;
                if (piece + score > best[end].Score) best[end] = ((float)(piece + score), start);
                isKnown |= end == start + character;
            }
            if (!isKnown && _unknown + score > best[start + character].Score) best[start + character] = (_unknown + score, start);
        }
        var pieces = new Stack<(int Start, int End)>();
        for (var end = text.Length; end > 0; end = best[end].Start) pieces.Push((best[end].Start, end));
        return pieces;
    }
}
