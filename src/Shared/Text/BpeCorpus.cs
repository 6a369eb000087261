using System.Runtime.InteropServices;

namespace DistTrain.Shared.Text;

/// <summary>
/// The words of a corpus as symbols, with the count of each neighbouring pair kept up to date as pairs are merged. Only words that hold
/// the merged pair are touched, and a heap with lazily corrected counts finds the next pair.
/// </summary>
internal sealed class BpeCorpus
{
    private readonly List<(int[] Symbols, long Count)> _words;
    private readonly Dictionary<long, long> _counts = [];
    private readonly Dictionary<long, List<int>> _wordsOfPair = [];
    // Highest count first; among equals the pair of the smaller symbols, which keeps training deterministic.
    private readonly PriorityQueue<long, (long Count, long Pair)> _heap = new();

    public BpeCorpus(List<(int[] Symbols, long Count)> words)
    {
        _words = words;
        for (var word = 0; word < words.Count; word++)
            for (var place = 0; place + 1 < words[word].Symbols.Length; place++)
                Count(Key(words[word].Symbols[place], words[word].Symbols[place + 1]), words[word].Count, word);
        foreach (var (pair, count) in _counts) _heap.Enqueue(pair, (-count, pair));
    }

    /// <summary>The pair that occurs most often; null when there is none.</summary>
    public (int Left, int Right, long Count)? MostFrequent()
    {
        while (_heap.TryPeek(out var pair, out var rank))
        {
            var count = _counts.GetValueOrDefault(pair);
            if (count == -rank.Count) return ((int)(pair >> 32), (int)(pair & 0xffffffff), count);
            _heap.Dequeue();
            if (count > 0) _heap.Enqueue(pair, (-count, pair));
        }
        return null;
    }

    /// <summary>Replaces the pair by one symbol wherever it stands.</summary>
    public void Merge(int left, int right, int merged)
    {
        var pair = Key(left, right);
        var touched = new HashSet<long>();
        foreach (var word in _wordsOfPair[pair])
        {
            var (symbols, count) = _words[word];
            for (var place = 0; place + 1 < symbols.Length; place++)
            {
                if (symbols[place] != left || symbols[place + 1] != right) continue;
                if (place > 0) Replace(Key(symbols[place - 1], left), Key(symbols[place - 1], merged), count, word, touched);
                if (place + 2 < symbols.Length) Replace(Key(right, symbols[place + 2]), Key(merged, symbols[place + 2]), count, word, touched);
                symbols = [.. symbols[..place], merged, .. symbols[(place + 2)..]];
            }
            _words[word] = (symbols, count);
        }
        _counts.Remove(pair);
        _wordsOfPair.Remove(pair);
        foreach (var changed in touched)
            if (_counts.TryGetValue(changed, out var count)) _heap.Enqueue(changed, (-count, changed));
    }

    private void Replace(long old, long next, long count, int word, HashSet<long> touched)
    {
        // The old pair's lower count is found out when it comes to the top of the heap.
        CollectionsMarshal.GetValueRefOrAddDefault(_counts, old, out _) -= count;
        Count(next, count, word);
        touched.Add(next);
    }

    private void Count(long pair, long count, int word)
    {
        CollectionsMarshal.GetValueRefOrAddDefault(_counts, pair, out _) += count;
        ref var words = ref CollectionsMarshal.GetValueRefOrAddDefault(_wordsOfPair, pair, out _);
        words ??= [];
        if (words.Count == 0 || words[^1] != word) words.Add(word);
    }

    private static long Key(int left, int right) => ((long)left << 32) | (uint)right;
}
