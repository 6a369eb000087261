using CsCheck;
using DistTrain.Shared.Text;

namespace DistTrain.Shared.Tests.Text;

public class PretokenizerTests
{
    [Fact]
    public void FirstWord_OfAnyText_IsWhatTheRegularExpressionMatches() => Texts.Any.Sample(text => Assert.Equal(NaiveWords.Of(text), Words(text)), iter: 5000, threads: 1);

    [Fact]
    public void FirstWord_OfEveryCharacter_IsOfItsKind()
    {
        for (var value = 0; value <= char.MaxValue; value++)
        {
            if (char.IsSurrogate((char)value)) continue;
            var text = $"a{(char)value}1 {(char)value}!";
            Assert.Equal(NaiveWords.Of(text), Words(text));
        }
    }

    private static List<string> Words(string text)
    {
        List<string> words = [];
        for (var start = 0; start < text.Length; start += words[^1].Length) words.Add(text.Substring(start, Pretokenizer.FirstWord(text.AsSpan(start))));
        return words;
    }
}
