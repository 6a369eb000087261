using DistTrain.Shared.Datasets.Reading.Files;

namespace DistTrain.Shared.Tests.Datasets.Reading;

/// <summary>What is no text beside sentences, though it may be text by itself.</summary>
public sealed class NotTextBesideSentencesTests
{
    private static readonly string[] Sentences = [.. Enumerable.Range(0, 24).Select(index => $"The house {index} is red.")];

    [Theory]
    [InlineData("sent_{0}", "identifiers")]
    [InlineData("@user{0}", "identifiers")]
    [InlineData("{0:x8}-1234-4abc-9def-00000000000a", "identifiers")]
    [InlineData("talks/a{0}.txt", "identifiers")]
    [InlineData("2024-01-{0}", "dates")]
    [InlineData("2024-01-02T10:00:{0}Z", "dates")]
    [InlineData("{0} %", "numbers")]
    [InlineData("news", "labels")]
    [InlineData("eng", "labels")]
    [InlineData("новости", "labels")]
    [InlineData("", NotText.Nothing)]
    public void Of_ValuesOfOneKind_NamesIt(string form, string kind)
    {
        string[] values = [.. Enumerable.Range(10, 24)
            .Select(index => string.Format(System.Globalization.CultureInfo.InvariantCulture, form, index))];
        Assert.Equal((kind, values[0]), NotText.Of(values, [Sentences]));
        if (kind != "numbers") Assert.Null(NotText.Of(values));
        // Four records, or no sentences beside them, are no evidence.
        if (kind != "numbers") Assert.Null(NotText.Of(values[..4], [Sentences[..4]]));
        if (kind != "numbers") Assert.Null(NotText.Of(values, [values]));
    }

    [Theory]
    [InlineData("en de fr nl en de fr en de fr nl es", "labels")]
    [InlineData("ja nein doch hier da weg auf zu links rechts oben unten", null)]
    [InlineData("Ja. Ja. Ja. Ja. Ja. Ja. Ja. Ja. Ja. Ja. Ja. Ja.", null)]
    [InlineData("谢谢 谢谢 谢谢 谢谢 谢谢 谢谢 谢谢 谢谢 谢谢 谢谢 谢谢 谢谢", null)]
    [InlineData("我要睡觉 狗在跑 房子是红的 你好 他来了 我走了 好的 再见 是的 不是 在这里 谢谢", null)]
    [InlineData("ฉันไป เขามา บ้าน แดง หมา วิ่ง นอน กิน ดี ไม่ ใช่ ครับ", null)]
    [InlineData("COVID-19 Hilfe! Mars-3 Feuer! Halt! Gut. Danke. Bitte. Nein. Doch. Komm! Geh!", null)]
    public void Of_WordsBesideSentences_AreTextUnlessTheyComeBack(string words, string? kind) =>
        Assert.Equal(kind, NotText.Of(words.Split(' '), [Sentences[..12]])?.Kind);

    [Fact]
    public void Of_SentencesThatComeBackToo_AreNoEvidenceOfLabels() =>
        Assert.Null(NotText.Of(Enumerable.Repeat("Haus", 24), [Enumerable.Repeat("The red house", 24)]));

    [Theory]
    [InlineData("今天的天气很好{0}")]
    [InlineData("บ้านหลังนี้สีแดง{0}")]
    public void Of_IdentifiersBesideTextWithoutSpaces_NamesThem(string form)
    {
        string[] text = [.. Enumerable.Range(0, 5).Select(index => string.Format(System.Globalization.CultureInfo.InvariantCulture, form, index))];
        Assert.Equal("identifiers", NotText.Of(["doc_1", "doc_2", "doc_3", "doc_4", "doc_5"], [text])?.Kind);
        Assert.Null(NotText.Of(text, [Sentences]));
    }
}
