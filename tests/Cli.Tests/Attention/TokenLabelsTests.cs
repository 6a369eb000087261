using CsCheck;
using DistTrain.Cli.Attention;
using DistTrain.Shared.Text;

namespace DistTrain.Cli.Tests.Attention;

public class TokenLabelsTests
{
    private static readonly TextTokenizer Tokenizer =
        new(BpeTrainer.Train(["the window", "the window", "the tea", "the tea"], SpecialTokens.Count + 256 + 6, new() { LeavesOutBytes = false }));

    [Fact]
    public void Of_Words_AreTheirPiecesWithTheSpaceMarked()
    {
        var labels = Labels("the window");

        Assert.Equal("the\u00b7window", string.Concat(labels));
        Assert.True(labels.Count < "the window".Length);
    }

    [Fact]
    public void Of_CharacterOfSeveralTokens_StandsAtItsFirst() => Assert.Equal(["a", "\u4f60\u2026", "\u2026", "\u2026", "b"], Labels("a\u4f60b"));

    [Fact]
    public void Of_NeighboursOfSeveralTokens_EachStandAtTheirFirst() =>
        Assert.Equal(["\u4f60\u2026", "\u2026", "\u2026", "\U0001f600\u2026", "\u2026", "\u2026", "\u2026"], Labels("\u4f60\U0001f600"));

    [Fact]
    public void Of_PartOfACharacter_ShowsItsBytes()
    {
        var ids = Tokenizer.Encode("\u4f60");

        Assert.Equal(["<e4>", "<bd>", "a"], TokenLabels.Of(Tokenizer, [ids[0], ids[1], .. Tokenizer.Encode("a")]));
    }

    [Fact]
    public void Of_ControlCharacters_AreVisible() => Assert.All(Labels("a\tb\nc\0"), label => Assert.DoesNotContain(label, char.IsControl));

    [Fact]
    public void Of_AnyText_HasALabelForEachToken() => Gen.String.Sample(
        text =>
        {
            var ids = Tokenizer.Encode(text);
            var labels = TokenLabels.Of(Tokenizer, ids);
            Assert.Equal(ids.Length, labels.Count);
            Assert.All(labels, label => Assert.NotEqual("", label));
        }, iter: 1000, threads: 1);

    private static IReadOnlyList<string> Labels(string text) => TokenLabels.Of(Tokenizer, Tokenizer.Encode(text));
}
