namespace DistTrain.Shared.Tests;

public class ReadableTests
{
    [Theory]
    [InlineData("plain 你好 é😀", "plain 你好 é😀")]
    [InlineData("x\u001b[2J\u001b]0;owned\a\r\n12:00:00 INF fake", "x\\u001B[2J\\u001B]0;owned\\u0007\\u000D\\u000A12:00:00 INF fake")]
    [InlineData("a\u2028b\u202ec\u009b", "a\\u2028b\\u202Ec\\u009B")]
    public void Line_TextOfOthers_HoldsNothingThatAConsoleObeys(string text, string shown) => Assert.Equal(shown, Readable.Line(text));

    [Fact]
    public void Line_LongText_IsCutAndSaysSo() =>
        Assert.Equal(new string('a', Limits.TextCharacters) + "... (3 more characters)", Readable.Line(new string('a', Limits.TextCharacters + 3)));

    [Fact]
    public void Lines_BreaksAndTabs_Stay() => Assert.Equal("a\n\tb\\u000D", Readable.Lines("a\n\tb\r"));
}
