using System.Diagnostics;
using CsCheck;
using DistTrain.Shared.Metrics;

namespace DistTrain.Shared.Tests.Metrics;

/// <summary>What TER must hold to for any text; its numbers are held against sacreBLEU's elsewhere.</summary>
public class TerTests
{
    private static readonly Gen<string> Sentence = Gen.OneOf("a", "b", "c", "d", "e").Array[0, 30].Select(words => string.Join(' ', words));

    [Theory]
    [InlineData("a b c d e f", "d e f a b c", 1)]
    [InlineData("a b c", "a x c", 1)]
    [InlineData("a b", "a b c", 1)]
    [InlineData("a b c", "a b", 1)]
    [InlineData("", "a b", 2)]
    [InlineData("a b", "", 2)]
    [InlineData("A b", "a B", 0)]
    public void Statistics_Edits_AreCounted(string hypothesis, string reference, double edits) =>
        Assert.Equal(edits, Ter.Statistics(hypothesis, [reference]).Edits);

    [Fact]
    public void Statistics_SeveralReferences_FewestEditsAndMeanLength() =>
        Assert.Equal(new TerStatistics(1, 3.5), Ter.Statistics("a b c", ["a b x", "w x y z"]));

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("a", "", 100)]
    [InlineData("a a a", "b", 300)]
    public void Score_EdgesOfTheScale_AreSacreBleus(string hypothesis, string reference, double expected) =>
        Assert.Equal(expected, Ter.Statistics(hypothesis, [reference]).Score());

    [Fact]
    public void Statistics_AnyText_NoMoreEditsThanWordsOfTheLongerAndNoneForItself() =>
        Gen.Select(Sentence, Sentence).Sample((hypothesis, reference) =>
        {
            var most = Math.Max(hypothesis.Split(' ').Length, reference.Split(' ').Length);
            Assert.InRange(Ter.Statistics(hypothesis, [reference]).Edits, 0, most);
            Assert.Equal(0, Ter.Statistics(hypothesis, [hypothesis]).Edits);
            Assert.Equal(Ter.Statistics(hypothesis, [reference, hypothesis]), Ter.Statistics(hypothesis, [hypothesis, reference]));
    }, iter: 300, threads: 1);

    // Lengths around the widths of the beam (25), of the longest shift (10) and of the farthest (50).
    [Theory]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(11)]
    [InlineData(24)]
    [InlineData(25)]
    [InlineData(26)]
    [InlineData(49)]
    [InlineData(51)]
    [InlineData(120)]
    public void Statistics_FirstPhraseMovedToTheEnd_IsOneShiftAsFarAsShiftsReach(int length)
    {
        var words = Enumerable.Range(0, length).Select(word => $"w{word}").ToList();
        var moved = words.Skip(3).Concat(words.Take(3));

        var edits = Ter.Statistics(string.Join(' ', moved), [string.Join(' ', words)]).Edits;

        // Beyond, the three words are deleted at one end and inserted at the other.
        Assert.Equal(length - 3 <= 50 ? 1 : 6, edits);
    }

    [Fact]
    public void Statistics_LongUnequalTexts_EndSoon()
    {
        var hypothesis = string.Join(' ', Enumerable.Range(0, 400).Select(word => $"w{word * 7 % 50}"));
        var reference = string.Join(' ', Enumerable.Range(0, 300).Select(word => $"w{word * 11 % 50}"));
        var watch = Stopwatch.StartNew();

        Assert.InRange(Ter.Statistics(hypothesis, [reference]).Edits, 100, 400);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20));
    }

    [Theory]
    [InlineData(5000, 5000)]
    [InlineData(5000, 40)]
    [InlineData(40, 5000)]
    public void Statistics_VeryLongTexts_TakeLittleMemoryAndTime(int words, int expected)
    {
        var hypothesis = string.Join(' ', Enumerable.Range(0, words).Select(word => $"w{word * 7919 % 4999}"));
        var reference = string.Join(' ', Enumerable.Range(0, expected).Select(word => $"w{word * 104729 % 4999}"));
        var (watch, before) = (Stopwatch.StartNew(), GC.GetAllocatedBytesForCurrentThread());

        Assert.InRange(Ter.Statistics(hypothesis, [reference]).Edits, 1, Math.Max(words, expected));

        // Tables of all words by all words would have 25 million cells of nine bytes; what is left are the shifted lines, one after the other.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 150_000_000);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void Statistics_NoReference_IsRefused() => Assert.Throws<ArgumentException>(() => Ter.Statistics("a", []));
}
