using CsCheck;
using DistTrain.Shared.Datasets;
using DistTrain.Shared.Datasets.Reading;

namespace DistTrain.Shared.Tests.Datasets.Reading;

/// <summary>First lines that name columns.</summary>
public sealed partial class TableColumnsTests
{
    [Theory]
    [InlineData("source\ttarget\nA dog.\tEin Hund.\n")]
    [InlineData("id\tDE\tEN\n1\tEin Hund.\tA dog.\n")]
    [InlineData("en\tde\tscore\nA dog.\tEin Hund.\t0.5\n")]
    [InlineData("en\tde\tsource\nA dog.\tEin Hund.\tEuroparl\n")]
    [InlineData("source\ttarget\tref_id\nA dog.\tEin Hund.\t17\n")]
    public void Read_HeaderWithKnownNames_IsNoRecordAndTellsTheColumns(string text)
    {
        _data.Write("x.tsv", text);
        Assert.Equal(["A dog.|Ein Hund."], _data.Texts("x.tsv", new()));
    }

    [Theory]
    [InlineData("English\tGerman", "en", "de")]
    [InlineData("en_US\tde-DE", "en", "de")]
    [InlineData("eng_Latn\tdeu_Latn", "en", "de")]
    [InlineData("eng\tdeu", "en", "de")]
    [InlineData("en\tde", "en_GB", "deu")]
    [InlineData("sentence1\tsentence2", "en", "de")]
    [InlineData("source_text\ttarget_text", "en", "de")]
    [InlineData("src\ttgt", "en", "de")]
    [InlineData("xx\tyy_ZZ", "xx", "yy")]
    public void Read_HeaderWithNamesOfLanguages_IsNoRecordAndTellsTheColumns(string header, string source, string target)
    {
        _data.Write("x.tsv", $"{header}\nA dog.\tEin Hund.\n");
        _data.Write("y.tsv", $"{string.Join('\t', header.Split('\t').Reverse())}\nEin Hund.\tA dog.\n");
        foreach (var file in (string[])["x.tsv", "y.tsv"])
            Assert.Equal([("A dog.", "Ein Hund.")],
                TranslationReader.Read(file, _data.Root, new() { Source = source, Target = target }, new BadRecords(0))
                    .Select(example => (example.Source, example.Target)));
    }

    [Theory]
    [InlineData("ja\tnein\nA dog.\tEin Hund.\n", 2)]
    [InlineData("en\tde\nen\tde\nen\tde\n", 3)]
    [InlineData("English\tEin Hund.\nA dog.\tEin Hund.\n", 2)]
    public void Read_FirstLineThatIsNoHeader_IsARecord(string text, int records)
    {
        _data.Write("x.tsv", text);
        Assert.Equal(records, _data.Translations("x.tsv").Count);
    }

    [Fact]
    public void Read_HeaderWithReferences_GivesThem()
    {
        _data.Write("x.tsv", "en\tref2\tde\turl\tReference 3\nA dog.\tDer Hund.\tEin Hund.\thttp://x.example\t\n");
        Assert.Equal(["A dog.|Ein Hund.|Der Hund."], _data.Texts("x.tsv", new()));
    }

    [Fact]
    public void Read_NumbersOverAHeader_LeaveItOut()
    {
        _data.Write("x.tsv", "en\tx\tde\nA dog.\t1\tEin Hund.\n");
        Assert.Equal(["A dog.|Ein Hund."], _data.Texts("x.tsv", new() { Source = "1", Target = "3" }));
    }

    [Fact]
    public void Read_NameThatTheHeaderDoesNotHave_NamesThoseThatItHas()
    {
        var file = _data.Write("x.tsv", "English\tGerman\nA dog.\tEin Hund.\n");
        Assert.Equal(
            $"{file}:1: The column of target is 'Deutsch', but the first line names the columns 'English', 'German'. Give one of these names, or " +
                "the column's number, counted from 1.",
            Assert.Throws<DataFormatException>(() => _data.Texts("x.tsv", new() { Source = "english", Target = "Deutsch" })).Message);
        Assert.Equal(
            $"{file}: The column of target is 3, but the file has 2 columns. Give the number of one of them.",
            Assert.Throws<DataFormatException>(() => _data.Texts("x.tsv", new() { Target = "3" })).Message);
    }
}
