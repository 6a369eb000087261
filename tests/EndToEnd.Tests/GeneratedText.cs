using DistTrain.Shared;

namespace DistTrain.EndToEnd.Tests;

/// <summary>
/// Text of no meaning that has the shape of real text: words by Zipf's law from a lexicon that no small vocabulary holds, most sentences short, some
/// very long.
/// </summary>
/// <param name="spaced">Words stand apart, in letters; else they are one or two Chinese characters with nothing between.</param>
internal sealed class GeneratedText(DeterministicRandom random, bool spaced)
{
    private const int Words = 30_000;
    private const string Consonants = "bcdfghjklmnprstvwz", Vowels = "aeiouäöü";

    private readonly string[] _lexicon = [.. Enumerable.Range(0, Words).Select(_ => spaced ? Letters(random) : Characters(random))];

    /// <summary>A sentence's words.</summary>
    /// <param name="mean">Words of a sentence, about; one in fifty has four times as many.</param>
    public string[] Sentence(int mean) =>
        [.. Enumerable.Range(0, (2 + random.Next(2 * mean - 3)) * (random.Next(50) == 0 ? 4 : 1)).Select(_ => Word())];

    /// <summary>The same sentence said a little worse: one word in five is another.</summary>
    public string[] Reworded(string[] sentence)
    {
        var other = (string[])sentence.Clone();
        other[random.Next(other.Length)] = Word();
        for (var i = 0; i < other.Length; i++)
            if (random.Next(5) == 0) other[i] = Word();
        return other;
    }

    public string Written(string[] words) => spaced ? $"{string.Join(' ', words)}." : $"{string.Concat(words)}。";

    // The rank of a word whose frequency falls with its rank is, about, exponential in a uniform number.
    private string Word() => _lexicon[(int)Math.Pow(Words, random.NextDouble()) - 1];

    private static string Letters(DeterministicRandom random) =>
        string.Concat(Enumerable.Range(0, 1 + random.Next(4))
            .Select(_ => $"{Consonants[random.Next(Consonants.Length)]}{Vowels[random.Next(Vowels.Length)]}{(random.Next(3) == 0 ? "n" : "")}"));

    private static string Characters(DeterministicRandom random) =>
        string.Concat(Enumerable.Range(0, 1 + random.Next(2)).Select(_ => (char)(0x4e00 + random.Next(3000))));
}
