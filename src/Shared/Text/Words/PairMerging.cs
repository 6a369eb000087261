namespace DistTrain.Shared.Text.Words;

/// <summary>
/// Byte-pair encoding of one word (Sennrich et al. 2016): of all neighbours that together are a token, those of the lowest rank become one,
/// the leftmost first, until none are left.
/// </summary>
internal sealed class PairMerging
{
    private const int Gone = -1;

    private readonly int[] _starts, _ends, _next, _previous;
    private readonly Func<int, int, double?> _rank;
    private readonly PriorityQueue<(int Left, int End), (double Rank, int Left)> _due = new();

    private PairMerging(IReadOnlyList<int> starts, int length, Func<int, int, double?> rank)
    {
        (_starts, _rank) = ([.. starts], rank);
        _ends = [.. starts.Skip(1), length];
        _next = [.. Enumerable.Range(1, _starts.Length)];
        _previous = [.. Enumerable.Range(-1, _starts.Length)];
    }

    /// <summary>Start and end of each symbol that is left, in order.</summary>
    /// <param name="starts">Where each symbol of the word starts.</param>
    /// <param name="length">Where the last ends.</param>
    /// <param name="rank">Rank of the token from a start to an end; null when there is no such token.</param>
    public static IEnumerable<(int Start, int End)> Merge(IReadOnlyList<int> starts, int length, Func<int, int, double?> rank) =>
        new PairMerging(starts, length, rank).Merge();

    private IEnumerable<(int Start, int End)> Merge()
    {
        for (var symbol = 0; symbol < _starts.Length; symbol++) Consider(symbol);
        while (_due.TryDequeue(out var pair, out _))
        {
            // One that has become part of another symbol since is no longer due.
            var right = _ends[pair.Left] == Gone ? _starts.Length : _next[pair.Left];
            if (right == _starts.Length || _ends[right] != pair.End) continue;
            (_ends[pair.Left], _ends[right], _next[pair.Left]) = (pair.End, Gone, _next[right]);
            if (_next[right] < _starts.Length) _previous[_next[right]] = pair.Left;
            if (_previous[pair.Left] >= 0) Consider(_previous[pair.Left]);
            Consider(pair.Left);
        }
        for (var symbol = 0; symbol < _starts.Length; symbol = _next[symbol]) yield return (_starts[symbol], _ends[symbol]);
    }

    private void Consider(int left)
    {
        if (_next[left] == _starts.Length) return;
        var end = _ends[_next[left]];
        if (_rank(_starts[left], end) is { } rank) _due.Enqueue((left, end), (rank, left));
    }
}
