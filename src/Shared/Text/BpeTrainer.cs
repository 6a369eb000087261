using System.Runtime.InteropServices;
using DistTrain.Shared.Text.Unicode;
using DistTrain.Shared.Text.Words;

namespace DistTrain.Shared.Text;

/// <summary>
/// Learns byte-pair encoding (Sennrich et al. 2016) over bytes: the most frequent pair of neighbours becomes a symbol, again and again.
/// </summary>
public static class BpeTrainer
{
    private const int Bytes = 256;

    /// <summary>Trains on every line. The same lines give the same model, on any machine, in time proportional to the text.</summary>
    /// <param name="vocabularySize">Entries: special tokens, bytes, and merges. At least 259.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="InsufficientTextException">The text has too few different pairs for that many merges, and the options are not
    /// soft.</exception>
    public static BpeModel Train(IEnumerable<string> lines, int vocabularySize, BpeOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, SpecialTokens.Count + Bytes);
        options ??= new();
        var normal = lines.Select(line => UnicodeNormalizer.Normalize(line, options.Normalization));
        var corpus = new BpeCorpus(CountWords(normal, options.Words), options.LongestToken);
        // The token for unknown bytes takes a place too: nothing is won by leaving out a single byte.
        var places = vocabularySize - SpecialTokens.Count - 1;
        var fewest = options.LeaveOutBytes(vocabularySize) ? Math.Min(corpus.Bytes.Count, Bytes - 1) : Bytes - 1;
        var merges = Learn(corpus, places - fewest);
        if (SpecialTokens.Count + Bytes + merges.Count < vocabularySize && !options.IsSoft)
            throw new InsufficientTextException(vocabularySize, SpecialTokens.Count + Bytes + merges.Count);
        return BpeModel.FromMerges(Alphabet(corpus.Bytes, places - merges.Count), merges, options.Words, options.Normalization);
    }

    /// <summary>
    /// The bytes that occur, and others of the lowest values for the places that are left; all bytes when all but one have a place.
    /// </summary>
    private static byte[] Alphabet(IReadOnlyList<byte> occurring, int places)
    {
        var all = Enumerable.Range(0, Bytes).Select(value => (byte)value);
        return places >= Bytes - 1 ? [.. all] : [.. occurring.Concat(all.Except(occurring)).Take(places).Order()];
    }

    private static List<(int Left, int Right)> Learn(BpeCorpus corpus, int most)
    {
        var merges = new List<(int, int)>();
        while (merges.Count < most && corpus.MostFrequent() is { } pair)
        {
            corpus.Merge(pair.Left, pair.Right);
            merges.Add((pair.Left, pair.Right));
        }
        return merges;
    }

    // Words in order of first sight, so that everything after is independent of how a dictionary enumerates.
    private static List<(string Text, long Count)> CountWords(IEnumerable<string> lines, WordPattern pattern)
    {
        var places = new Dictionary<string, int>();
        var words = new List<(string Text, long Count)>();
        var lookup = places.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var line in lines)
            for (var rest = line.AsSpan(); rest.Length > 0;)
            {
                var word = rest[..Pretokenizer.FirstWord(rest, pattern)];
                rest = rest[word.Length..];
                if (lookup.TryGetValue(word, out var place)) CollectionsMarshal.AsSpan(words)[place].Count++;
                else
                {
                    var text = word.ToString();
                    places[text] = words.Count;
                    words.Add((text, 1));
                }
            }
        return words;
    }
}
