using System.Runtime.InteropServices;
using System.Text;

namespace DistTrain.Shared.Text;

/// <summary>Learns byte-pair encoding (Sennrich et al. 2016) over bytes: the most frequent pair of neighbours becomes a symbol, again and again.</summary>
public static class BpeTrainer
{
    /// <summary>A pair that occurs less often than this is not merged: it would never be of use again.</summary>
    private const int MinimumCount = 2;

    /// <summary>Trains on every line. The same lines give the same model, on any machine.</summary>
    /// <param name="vocabularySize">Entries: special tokens, 256 bytes, and merges.</param>
    /// <exception cref="InsufficientTextException">The text has too few different pairs for that many merges.</exception>
    public static BpeModel Train(IEnumerable<string> lines, int vocabularySize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, BpeModel.FirstMerge);
        var corpus = new BpeCorpus(CountWords(lines));
        var merges = new List<(int Left, int Right)>(vocabularySize - BpeModel.FirstMerge);
        while (BpeModel.FirstMerge + merges.Count < vocabularySize)
        {
            if (corpus.MostFrequent() is not { } pair || pair.Count < MinimumCount)
                throw new InsufficientTextException(vocabularySize, BpeModel.FirstMerge + merges.Count);
            corpus.Merge(pair.Left, pair.Right, BpeModel.FirstMerge + merges.Count);
            merges.Add((pair.Left, pair.Right));
        }
        return BpeModel.FromMerges(merges);
    }

    // Words in order of first sight, so that everything after is independent of how a dictionary enumerates.
    private static List<(int[] Symbols, long Count)> CountWords(IEnumerable<string> lines)
    {
        var places = new Dictionary<string, int>();
        var words = new List<(string Text, long Count)>();
        var lookup = places.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var line in lines)
            for (var rest = line.AsSpan(); rest.Length > 0;)
            {
                var word = rest[..Pretokenizer.FirstWord(rest)];
                rest = rest[word.Length..];
                if (lookup.TryGetValue(word, out var place)) CollectionsMarshal.AsSpan(words)[place].Count++;
                else
                {
                    lookup[word] = words.Count;
                    words.Add((word.ToString(), 1));
                }
            }
        return words.ConvertAll(word => (Array.ConvertAll(Encoding.UTF8.GetBytes(word.Text), value => BpeModel.SymbolOf(value)), word.Count));
    }
}
