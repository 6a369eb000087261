using System.Text;
using DistTrain.Shared.Text;

namespace DistTrain.Shared.Tests.Text;

/// <summary>Byte-pair encoding as the paper tells it, in the fewest words: every count is made anew for every merge.</summary>
internal static class NaiveBpe
{
    private const int FirstMerge = SpecialTokens.Count + 256;

    public static List<(int Left, int Right)> Train(IEnumerable<string> lines, int merges)
    {
        var words = lines.SelectMany(Words).ToList();
        var learned = new List<(int, int)>();
        while (learned.Count < merges)
        {
            var best = words.SelectMany(word => word.Zip(word.Skip(1))).GroupBy(pair => pair).OrderByDescending(group => group.Count()).ThenBy(group => group.Key).First().Key;
            var symbol = FirstMerge + learned.Count;
            words = words.ConvertAll(word => Merge(word, best, symbol));
            learned.Add(best);
        }
        return learned;
    }

    public static List<int> Encode(string text, List<(int Left, int Right)> merges) => [.. Words(text).SelectMany(word =>
        merges.Select((pair, rank) => (pair, symbol: FirstMerge + rank)).Aggregate(word, (symbols, merge) => Merge(symbols, merge.pair, merge.symbol)))];

    private static IEnumerable<List<int>> Words(string text) =>
        NaiveWords.Of(text).Select(word => Encoding.UTF8.GetBytes(word).Select(value => SpecialTokens.Count + value).ToList());

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
