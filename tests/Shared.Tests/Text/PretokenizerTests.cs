using CsCheck;
using DistTrain.Shared.Text.Words;

namespace DistTrain.Shared.Tests.Text;

public class PretokenizerTests
{
    [Fact]
    public void Gpt2_ThePattern_IsThatOfThePaper() =>
        Assert.Equal(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+", Pretokenizer.Gpt2);

    [Theory]
    [InlineData(WordPattern.Gpt2)]
    [InlineData(WordPattern.Marks)]
    public void FirstWord_OfAnyText_IsWhatTheRegularExpressionMatches(WordPattern pattern) =>
        Texts.Any.Sample(text => Assert.Equal(NaiveWords.Of(text, pattern), Words(text, pattern)), iter: 5000, threads: 1);

    [Theory]
    [InlineData(WordPattern.Gpt2)]
    [InlineData(WordPattern.Marks)]
    public void FirstWord_OfEveryCharacter_IsOfItsKind(WordPattern pattern)
    {
        for (var value = 0; value <= 0x1ffff; value++)
        {
            if (value is >= 0xd800 and < 0xe000) continue;
            var character = char.ConvertFromUtf32(value);
            var text = $"a{character}1 {character}!{character}b";
            Assert.Equal(NaiveWords.Of(text, pattern), Words(text, pattern));
        }
    }

    // Hindi, Thai, Tamil, pointed Hebrew, vocalised Arabic, decomposed Vietnamese, Persian with a non-joiner; an emoji of four is one too.
    [Theory]
    [InlineData("\u0928\u092e\u0938\u094d\u0924\u0947")]
    [InlineData("\u0e20\u0e32\u0e29\u0e32\u0e44\u0e17\u0e22\u0e17\u0e35\u0e48")]
    [InlineData("\u0bb5\u0ba3\u0b95\u0bcd\u0b95\u0bae\u0bcd")]
    [InlineData("\u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd")]
    [InlineData("\u0643\u064e\u062a\u064e\u0628\u064e")]
    [InlineData("Vie\u0323\u0302t")]
    [InlineData("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645")]
    [InlineData("\u2764\ufe0f\u200d\U0001F525")]
    public void FirstWord_OfAWordWithMarks_IsAllOfIt(string word) => Assert.Equal([word, " " + word], Words($"{word} {word}", WordPattern.Marks));

    [Fact]
    public void FirstWord_OfMarksThatFollowNoLetter_AreOtherSigns() =>
        Assert.Equal(["1", "\u0301", "a\u0301", " \u0301!", "b"], Words("1\u0301a\u0301 \u0301!b", WordPattern.Marks));

    private static List<string> Words(string text, WordPattern pattern)
    {
        List<string> words = [];
        for (var start = 0; start < text.Length; start += words[^1].Length)
            words.Add(text.Substring(start, Pretokenizer.FirstWord(text.AsSpan(start), pattern)));
        return words;
    }
}
