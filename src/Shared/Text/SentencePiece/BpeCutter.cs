using DistTrain.Shared.Text.Words;

namespace DistTrain.Shared.Text.SentencePiece;

/// <summary>Cuts text into characters, and joins neighbours to the piece of the highest score as long as there is one.</summary>
internal sealed class BpeCutter(SentencePieceModel model) : ICutter
{
    private readonly Dictionary<string, float>.AlternateLookup<ReadOnlySpan<char>> _scores =
        model.Pieces.Where(piece => piece.IsText).ToDictionary(piece => piece.Text, piece => piece.Score).GetAlternateLookup<ReadOnlySpan<char>>();
    private readonly List<string> _unbreakable = [.. model.Unbreakable.OrderByDescending(text => text.Length)];

    public IEnumerable<(int Start, int End)> Cut(string text)
    {
        var starts = new List<int>();
        for (int start = 0, length; start < text.Length; start += length)
        {
            if (Unbreakable(text.AsSpan(start)) is { } whole)
            {
                foreach (var piece in Join(text, starts, start)) yield return piece;
                starts.Clear();
                length = whole.Length;
                yield return (start, start + length);
                continue;
            }
            starts.Add(start);
            length = char.IsSurrogatePair(text, start) ? 2 : 1;
        }
        foreach (var piece in Join(text, starts, text.Length)) yield return piece;
    }

    private IEnumerable<(int Start, int End)> Join(string text, List<int> starts, int end) =>
        PairMerging.Merge(starts, end, (from, to) => _scores.TryGetValue(text.AsSpan(from, to - from), out var score) ? -score : null);

    private string? Unbreakable(ReadOnlySpan<char> text)
    {
        foreach (var whole in _unbreakable)
            if (text.StartsWith(whole)) return whole;
        return null;
    }
}
