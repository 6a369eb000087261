using CsCheck;
using DistTrain.Shared.Metrics;

namespace DistTrain.Shared.Tests.Metrics;

/// <summary>What BLEU and chrF must hold to for any text.</summary>
public class MetricsTests
{
    private const double Tolerance = 1e-9;

    private static readonly Gen<string> Sentence = Gen.OneOf("the", "cat", "sat", "1,000", "on.", "您好", "\U0001F600", "").Array[0, 12]
        .Select(words => string.Join(' ', words));
    private static readonly Gen<(string Hypothesis, string Reference)[]> Corpus = Gen.Select(Sentence, Sentence).Array[1, 6];

    [Theory]
    [InlineData("a b c d", 4)]
    [InlineData("a b c d e", 4)]
    [InlineData("a b c d e f", 7)]
    [InlineData("", 2)]
    public void Bleu_SeveralReferences_TakesTheClosestLength(string hypothesis, long expected) =>
        Assert.Equal(expected, Bleu.Statistics(hypothesis, ["x y z a b c d", "a b c d", "a b"], BleuTokenizer.None).ReferenceLength);

    [Fact]
    public void Bleu_EquallyCloseReferences_TakesTheShorter() =>
        Assert.Equal(2, Bleu.Statistics("a b c", ["a b c d", "a b"], BleuTokenizer.None).ReferenceLength);

    [Fact]
    public void Bleu_SeveralReferences_CountsAnNGramAsOftenAsOneOfThemHasIt() =>
        Assert.Equal(2, Bleu.Statistics("a a a", ["a a x", "a y z"], BleuTokenizer.None).Correct[0]);

    [Fact]
    public void Statistics_NoReference_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => Bleu.Statistics("a", [], BleuTokenizer.None));
        Assert.Throws<ArgumentException>(() => ChrF.Statistics("a", []));
    }

    [Fact]
    public void Score_PartsOfACorpus_AddUpToTheWhole() => Gen.Select(Corpus, Corpus).Sample((left, right) =>
        {
            var (bleuOfAll, chrFOfAll) = (BleuOf([.. left, .. right]), ChrFOf([.. left, .. right]));

        Assert.Equal(bleuOfAll.ToArray(), (BleuOf(left) + BleuOf(right)).ToArray());
        Assert.Equal(chrFOfAll.ToArray(), (ChrFOf(left) + ChrFOf(right)).ToArray());
        Assert.Equal(bleuOfAll.ToArray(), BleuStatistics.FromArray(bleuOfAll.ToArray()).ToArray());
        Assert.Equal(bleuOfAll.Score().Score, BleuStatistics.FromArray(bleuOfAll.ToArray()).Score().Score);
        Assert.Equal(chrFOfAll.Score(), ChrFStatistics.FromArray(chrFOfAll.ToArray()).Score());
        Assert.Equal((BleuStatistics.Length, 18), (bleuOfAll.ToArray().Length, chrFOfAll.ToArray().Length));
    }, iter: 300, threads: 1);

    [Fact]
    public void Score_AnyText_IsFrom0To100() => Corpus.Sample(corpus =>
        {
            Assert.InRange(BleuOf(corpus).Score().Score, 0, 100 + Tolerance);
            Assert.InRange(ChrFOf(corpus).Score(), 0, 100 + Tolerance);
    }, iter: 300, threads: 1);

    [Theory]
    [InlineData("13a")]
    [InlineData("intl")]
    [InlineData("zh")]
    [InlineData("char")]
    [InlineData("none")]
    public void Score_IdenticalText_Is100(string name)
    {
        var tokenizer = BleuTokenizer.Parse(name);
        const string text = "the cat sat on 1,000 您好 mats.";

        Assert.Equal(100, Bleu.Statistics(text, ["other", text], tokenizer).Score().Score, Tolerance);
        Assert.Equal(100, ChrF.Statistics(text, ["other", text]).Score(), Tolerance);
    }

    [Theory]
    [InlineData("", "the cat sat")]
    [InlineData("the cat sat", "")]
    [InlineData("", "")]
    [InlineData(" \n", "\t")]
    public void Score_NothingOnOneSide_Is0(string hypothesis, string reference)
    {
        foreach (var tokenizer in BleuTokenizer.BuiltIn) Assert.Equal(0, Bleu.Statistics(hypothesis, [reference], tokenizer).Score().Score);
        Assert.Equal(0, ChrF.Statistics(hypothesis, [reference]).Score());
    }

    [Fact]
    public void Score_NoSentence_Is0() => Assert.Equal((0.0, 0.0), (BleuStatistics.Zero.Score().Score, ChrFStatistics.Zero.Score()));

    [Fact]
    public void Lowercase_TextInOtherCase_IsTheSame()
    {
        Assert.Equal(100, Bleu.Statistics("The CAT sat on", ["the cat SAT on"], BleuTokenizer.None, lowercase: true).Score().Score, Tolerance);
        Assert.Equal(100, ChrF.Statistics("The CAT sat on", ["the cat SAT on"], new() { Lowercase = true }).Score(), Tolerance);
    }

    private static BleuStatistics BleuOf((string Hypothesis, string Reference)[] corpus) => corpus.Aggregate(
        BleuStatistics.Zero, (sum, pair) => sum + Bleu.Statistics(pair.Hypothesis, [pair.Reference], BleuTokenizer.Mteval13a));

    private static ChrFStatistics ChrFOf((string Hypothesis, string Reference)[] corpus) => corpus.Aggregate(
        ChrFStatistics.Zero, (sum, pair) => sum + ChrF.Statistics(pair.Hypothesis, [pair.Reference]));
}
