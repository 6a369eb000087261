using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace DistTrain.Shared.Text;

/// <summary>
/// The words of a corpus as symbols, with the places of each neighbouring pair kept up to date as pairs are merged. A merge touches only the
/// places of its pair, however long the words are, and a heap with lazily corrected counts finds the next pair.
/// </summary>
internal sealed class BpeCorpus
{
    /// <summary>The first symbol that is no byte.</summary>
    public const int FirstMerge = 256;

    /// <summary>A pair that occurs less often than this is not merged: it would never be of use again.</summary>
    private const int MinimumCount = 2;

    private const int Boundary = int.MinValue, Gone = -1, None = 0;

    // All words in a row, a boundary before and after each. A symbol stands at the place of its first byte, and the negative of its length at
    // the place of its last: so both neighbours are found without links.
    private readonly int[] _symbols, _wordOfPlace;
    private readonly long[] _counts;
    private readonly List<int> _lengths = [.. Enumerable.Repeat(1, FirstMerge)];
    // Bytes that a symbol lacks to the end of the character of three or four bytes that it begins with. Until it has them it joins nothing before
    // it: merges of one character's end with the next one's beginning would be of little use, and keep whole characters from being learned. E2
    // begins punctuation, which is not of one script.
    private readonly List<int> _missing = [.. Enumerable.Range(0, FirstMerge)
        .Select(value => value switch { < 0xe0 or 0xe2 => 0, < 0xf0 => 2, _ => 3 })];
    // The bytes 80 to BF go on with a character that another byte began.
    private readonly List<int> _characters = [.. Enumerable.Range(0, FirstMerge).Select(value => value is >= 0x80 and < 0xc0 ? 0 : 1)];
    private readonly int _longest;
    // Places where a pair starts, linked in order. No place starts two.
    private readonly Dictionary<Pair, Places> _pairs = [];
    private readonly int[] _next, _previous;
    // Highest count first; among equals the pair of the smaller symbols, which keeps training deterministic.
    private readonly PriorityQueue<Pair, (long Count, Pair Pair)> _heap = new();
    private readonly List<Pair> _new = [];

    /// <param name="longest">The most characters that a merged symbol has.</param>
    /// <exception cref="InvalidDataException">The different words have more bytes than an array has places.</exception>
    public BpeCorpus(IReadOnlyList<(string Text, long Count)> words, int longest)
    {
        _longest = longest;
        var places = 1 + words.Sum(word => Encoding.UTF8.GetByteCount(word.Text) + 1L);
        if (places > Array.MaxLength)
            throw new InvalidDataException($"The training text has {places:N0} bytes of different words, but a tokenizer trains on at most " +
                $"{Array.MaxLength:N0}. Train on less text.");
        (_symbols, _wordOfPlace, _next, _previous) = (new int[places], new int[places], new int[places], new int[places]);
        _counts = [.. words.Select(word => word.Count)];
        _symbols[0] = Boundary;
        var used = new bool[FirstMerge];
        var place = 1;
        foreach (var (word, (text, _)) in words.Index())
        {
            foreach (var value in Encoding.UTF8.GetBytes(text))
            {
                used[value] = true;
                (_symbols[place], _wordOfPlace[place]) = (value, word);
                if (_symbols[place - 1] != Boundary) Gain(_symbols[place - 1], value, place - 1);
                place++;
            }
            _symbols[place++] = Boundary;
        }
        Bytes = [.. used.Index().Where(entry => entry.Item).Select(entry => (byte)entry.Index)];
        RankNew();
    }

    /// <summary>The bytes that occur, in order.</summary>
    public IReadOnlyList<byte> Bytes { get; }

    /// <summary>The pair that occurs most often; null when none occurs twice.</summary>
    public (int Left, int Right)? MostFrequent()
    {
        while (_heap.TryPeek(out var pair, out var rank))
        {
            var count = _pairs.TryGetValue(pair, out var places) ? places.Count : 0;
            if (count == -rank.Count) return (pair.Left, pair.Right);
            _heap.Dequeue();
            if (count >= MinimumCount) _heap.Enqueue(pair, (-count, pair));
        }
        return null;
    }

    /// <summary>Replaces the pair by the next symbol wherever it stands.</summary>
    public void Merge(int left, int right)
    {
        var merged = _lengths.Count;
        var length = _lengths[left] + _lengths[right];
        _lengths.Add(length);
        _characters.Add(_characters[left] + _characters[right]);
        _missing.Add(Math.Max(0, _missing[left] - _lengths[right]));
        _pairs.Remove(new(left, right), out var places);
        for (var (place, next) = (places.First, 0); place != None; place = next)
        {
            next = _next[place];
            var (before, second, after) = (Before(place), place + _lengths[left], place + length);
            // Of places that overlap, as in a run of one letter, the leftmost counts.
            if (_symbols[place] != left || _symbols[second] != right) continue;
            if (before != None) Lose(_symbols[before], left, before);
            if (_symbols[after] != Boundary) Lose(right, _symbols[after], second);
            _symbols[second] = Gone;
            (_symbols[place], _symbols[after - 1]) = (merged, -length);
            if (before != None) Gain(_symbols[before], merged, before);
            if (_symbols[after] != Boundary) Gain(merged, _symbols[after], place);
        }
        RankNew();
    }

    private void RankNew()
    {
        foreach (var pair in _new)
            if (_pairs.TryGetValue(pair, out var places) && places.Count >= MinimumCount) _heap.Enqueue(pair, (-places.Count, pair));
        _new.Clear();
    }

    /// <summary>Where the symbol before a place starts.</summary>
    private int Before(int place) => _symbols[place - 1] switch
    {
        Boundary => None,
        < 0 and var length => place + length,
        _ => place - 1,
    };

    private void Gain(int left, int right, int place)
    {
        if (_missing[right] > 0 || _characters[left] + _characters[right] > _longest) return;
        var pair = new Pair(left, right);
        ref var places = ref CollectionsMarshal.GetValueRefOrAddDefault(_pairs, pair, out var exists);
        if (!exists) _new.Add(pair);
        places.Count += _counts[_wordOfPlace[place]];
        (_previous[place], _next[place]) = (places.Last, None);
        if (places.Last == None) places.First = place;
        else _next[places.Last] = place;
        places.Last = place;
    }

    private void Lose(int left, int right, int place)
    {
        var pair = new Pair(left, right);
        ref var places = ref CollectionsMarshal.GetValueRefOrNullRef(_pairs, pair);
        // The pair that is being merged, or one that is none.
        if (Unsafe.IsNullRef(ref places)) return;
        // Its rank in the heap is corrected when it comes to the top.
        places.Count -= _counts[_wordOfPlace[place]];
        if (_previous[place] == None) places.First = _next[place];
        else _next[_previous[place]] = _next[place];
        if (_next[place] == None) places.Last = _previous[place];
        else _previous[_next[place]] = _previous[place];
        if (places.First == None) _pairs.Remove(pair);
    }

    private record struct Places(long Count, int First, int Last);

    private readonly record struct Pair(int Left, int Right) : IComparable<Pair>
    {
        public int CompareTo(Pair other) => Left != other.Left ? Left.CompareTo(other.Left) : Right.CompareTo(other.Right);

        // Symbols are small numbers, of which a mere exclusive-or, as of a long's halves, would make few different ones.
        public override int GetHashCode() => unchecked((Left * (int)0x9e3779b1) + Right);
    }
}
