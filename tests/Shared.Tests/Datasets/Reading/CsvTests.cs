using CsCheck;
using DistTrain.Shared.Datasets;

namespace DistTrain.Shared.Tests.Datasets.Reading;

public sealed class CsvTests : IDisposable
{
    private readonly DataFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public void Read_AnyCells_AreWhatAWriterWrote()
    {
        var cell = Gen.String[Gen.Char["ab,;\t \n\"您'"], 0, 10].Select(text => $"w{text}");
        Gen.Select(Gen.Select(cell, cell, Gen.Bool).Array[1, 150], Gen.OneOf(",", ";", "\t"), Gen.OneOf("\n", "\r\n"))
            .Sample((pairs, delimiter, end) =>
        {
            _data.Write("x.csv",
                string.Concat(pairs.Select(pair => $"{Written(pair.Item1, pair.Item3)}{delimiter}{Written(pair.Item2, !pair.Item3)}{end}")));
            Assert.Equal(pairs.Select(pair => $"{pair.Item1}|{pair.Item2}"), _data.Texts("x.csv", new()));

            string Written(string text, bool quoted) => quoted || text.AsSpan().IndexOfAny(",;\t\n\"") >= 0
                ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
        }, iter: 60, threads: 1);
    }

    [Theory]
    [InlineData("Hello, you;Hallo\nBye;Adieu\n", "Hello, you|Hallo")]
    [InlineData("Hello; you,Hallo\nBye,Adieu\n", "Hello; you|Hallo")]
    [InlineData("en;de\n\"Hello; you\";Hallo, du\n", "Hello; you|Hallo, du")]
    public void Read_CommasOrSemicolons_WhicheverCutsAllLinesAlike(string text, string first)
    {
        _data.Write("x.csv", text);
        Assert.Equal(first, _data.Texts("x.csv", new())[0]);
    }

    [Fact]
    public void Read_QuotesInTsv_AreText()
    {
        _data.Write("x.tsv", "\"a\"\"\t\"b\n");
        Assert.Equal(["\"a\"\"|\"b"], _data.Texts("x.tsv", new()));
    }

    [Fact]
    public void Read_TextBehindAQuote_IsBadAndTheNextLineIsGood()
    {
        var file = _data.Write("x.csv", "a,b\n\"c\"d,e\nf,\"g\nh\"\ni,j\n");
        var bad = new BadRecords(1);
        Assert.Equal(["a|b", "f|g\nh", "i|j"], _data.Texts("x.csv", new(), bad));
        Assert.Equal([new BadRecord(file, 2, "In column 1 there is text behind the closing quote ('d'); a quote within quotes is written twice.")],
            bad.Seen);
    }

    [Theory]
    [InlineData("a,b\n\"c,d\ne,f\n", 2)]
    [InlineData("a,b\nc,d\ne,\"f", 3)]
    public void Read_QuoteThatIsNeverClosed_NamesWhereItIsOpened(string text, int line)
    {
        var file = _data.Write("x.csv", text);
        Assert.StartsWith($"{file}:{line}: A quote that is opened in this record is not closed",
            Assert.Throws<DataFormatException>(() => _data.Texts("x.csv", new(), new BadRecords(9))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_RecordsOfSeveralLines_AreCountedByTheirFirst()
    {
        var file = _data.Write("x.csv", "a,b\n\"c\nc\",d\ne\nf,g\n");
        var bad = new BadRecords(1);
        Assert.Equal(3, _data.Texts("x.csv", new(), bad).Count);
        Assert.Equal((file, 4L, "The line has 1 column, but must hold source and target with a comma between."),
            (bad.Seen[0].File, bad.Seen[0].Line, bad.Seen[0].Reason));
    }
}
