using DistTrain.Shared.Datasets;

namespace DistTrain.Shared.Tests.Datasets.Reading;

public sealed class EmptyTextsTests : IDisposable
{
    private const string Lines = "one\n\n \nfour\nfive\n", Translations = "eins\n\n\t\n\nfünf\n";
    private readonly DataFolder _data = new();

    public EmptyTextsTests()
    {
        _data.Write("m.en", Lines);
        _data.Write("m.de", Translations);
        _data.Write("t.tsv", "one\teins\n\n \t\nfour\t \nfive\tfünf\n");
        _data.Write("c.csv", "one,eins\n\n\"\",\nfour,\nfive,fünf\n");
        _data.Write("j.jsonl", """
            {"en": "one", "de": "eins"}
            {"en": "", "de": ""}
            {"en": " ", "de": "\t"}
            {"en": "four", "de": ""}
            {"en": "five", "de": "fünf"}
            """);
    }

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData("m")]
    [InlineData("t.tsv")]
    [InlineData("c.csv")]
    [InlineData("j.jsonl")]
    public void Read_PairsWithEmptySides_AreOneBadRecordEach(string path)
    {
        var bad = new BadRecords(3);
        Assert.Equal(["one|eins", "five|fünf"], _data.Texts(path, new(), bad));
        Assert.Equal([2, 3, 4], bad.Seen.Select(record => record.Line));
        Assert.Equal(0, bad.Empty);
    }

    [Theory]
    [InlineData("m")]
    [InlineData("t.tsv")]
    [InlineData("c.csv")]
    [InlineData("j.jsonl")]
    public void Read_PairsWithEmptySides_AreLeftOutAndCountedWhereTheJobSaysSo(string path)
    {
        var bad = new BadRecords(0, removesEmpty: true);
        Assert.Equal(["one|eins", "five|fünf"], _data.Texts(path, new(), bad));
        Assert.Equal((0, 3L), (bad.Seen.Count, bad.Empty));
    }

    [Fact]
    public void Read_BadRecordsBesideEmptyOnes_StayBad()
    {
        _data.Write("t.tsv", "one\teins\n\tzwei\nthree\n");
        Assert.Contains(":3: The line has 1 column",
            Assert.Throws<DataFormatException>(() => _data.Texts("t.tsv", new(), new BadRecords(0, removesEmpty: true))).Message,
            StringComparison.Ordinal);
    }
}
