using System.Text;
using DistTrain.Shared.Text;
using DistTrain.Shared.Text.Words;

namespace DistTrain.Shared.Tests.Text;

/// <summary>
/// Byte-pair encoding as the paper tells it, in the fewest words: every count is made anew for every merge. What begins with part of a character
/// of three or four bytes, but of punctuation (U+2000 on), joins nothing before it.
/// </summary>
internal static class NaiveBpe
{
    private const int FirstMerge = SpecialTokens.Count + 256;

    public static List<(int Left, int Right)> Train(IEnumerable<string> lines, int merges, int longest = int.MaxValue)
    {
        var words = lines.SelectMany(Words).ToList();
        var learned = new List<(int, int)>();
        var bytes = Enumerable.Range(-SpecialTokens.Count, FirstMerge).Select(value => new[] { (byte)value }).ToList();
        while (learned.Count < merges)
        {
            var best = words.SelectMany(word => word.Zip(word.Skip(1)))
                .Where(pair => !IsPart(bytes[pair.Second]) && Characters([.. bytes[pair.First], .. bytes[pair.Second]]) <= longest)
                .GroupBy(pair => pair).OrderByDescending(group => group.Count()).ThenBy(group => group.Key).First().Key;
            var symbol = FirstMerge + learned.Count;
            words = words.ConvertAll(word => Merge(word, best, symbol));
            learned.Add(best);
            bytes.Add([.. bytes[best.First], .. bytes[best.Second]]);
        }
        return learned;
    }

    public static List<int> Encode(string text, List<(int Left, int Right)> merges) => [.. Words(text).SelectMany(word =>
        merges.Select((pair, rank) => (pair, symbol: FirstMerge + rank))
        .Aggregate(word, (symbols, merge) => Merge(symbols, merge.pair, merge.symbol)))];

    private static int Characters(byte[] bytes) => bytes.Count(value => (value & 0xc0) != 0x80);

    private static bool IsPart(byte[] bytes) => bytes[0] >= 0xe0 && bytes[0] != 0xe2 && bytes.Length < (bytes[0] < 0xf0 ? 3 : 4);

    private static IEnumerable<List<int>> Words(string text) =>
        NaiveWords.Of(text, WordPattern.Marks).Select(word => Encoding.UTF8.GetBytes(word).Select(value => SpecialTokens.Count + value).ToList());

    private static List<int> Merge(List<int> symbols, (int Left, int Right) pair, int merged)
    {
        var next = new List<int>();
        for (var i = 0; i < symbols.Count; i++)
            if (i + 1 < symbols.Count && (symbols[i], symbols[i + 1]) == pair)
            {
                next.Add(merged);
                i++;
            }
            else next.Add(symbols[i]);
        return next;
    }
}
