using DistTrain.Shared.Datasets;
using DistTrain.Shared.Datasets.Reading;

namespace DistTrain.Shared.Tests.Datasets.Reading;

public sealed class JsonRecordsTests : IDisposable
{
    private const string One = """{"en": "one", "de": "eins"}""",
        Two = """{"translation": {"en": "two\n", "de": "zwei"}, "references": ["zwo", "", "zwei!"]}""";
    private readonly DataFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData("x.json", "[" + One + ",\n " + Two + "]")]
    [InlineData("x.json.gz", "\uFEFF {\"version\": [1], \"none\": [], \"data\": [" + One + ", " + Two + "]}")]
    [InlineData("x.json.zst", "[\n" + One + ",\n" + Two + "\n]\n")]
    [InlineData("x.json", "\n" + One + "\n\n" + Two + "\n")]
    [InlineData("x.jsonl.zst", One + "\r\n" + Two)]
    public void Read_ListOrLines_GivesTheSameRecords(string file, string text)
    {
        _data.Write(file, text);
        Assert.Equal(["one|eins", "two\n|zwei|zwo|zwei!"], _data.Texts(file, new()));
    }

    [Theory]
    [InlineData("x.jsonl")]
    [InlineData("x.json")]
    public void Read_ColumnsOfKeys_ArePathsIntoTheRecord(string file)
    {
        var record = """{"a": {"b": {"c": "one"}}, "d.e": "eins", "2": "uno", "more": ["un", "ein"], "other": "une"}""";
        _data.Write(file, file == "x.json" ? $"[{record}]" : record);
        Assert.Equal(["one|eins|un|ein|une"], _data.Texts(file, new() { Source = "a.b.c", Target = "d.e", References = ["more", "other"] }));
        Assert.Equal(["uno|eins"], _data.Texts(file, new() { Source = "2", Target = "d.e" }));
        var error = Assert.Throws<DataFormatException>(() => _data.Texts(file, new() { Source = "a.x", Target = "d.e" }));
        Assert.Equal((1, "The key 'x' is missing (there is 'b')."), (error.Line, error.Reason));
    }

    [Fact]
    public void Read_PreferencesByColumns_GivesThem()
    {
        _data.Write("p.jsonl", """{"prompt": null, "ask": {"text": "p"}, "good": [{"role": "assistant", "content": "c"}], "rejected": "r"}""");
        var columns = new Shared.Jobs.ColumnsSpec { Prompt = "ask.text", Chosen = "good" };
        Assert.Equal([new("p", "c", "r")], PreferenceReader.Read("p.jsonl", _data.Root, new() { Columns = columns }, new BadRecords(0)));
    }

    [Theory]
    [InlineData("[" + One + ", 5]", 2, "The record is a number, but must be a JSON object.")]
    [InlineData("[" + One + ", {\"en\": null, \"de\": \"zwei\"}]", 2, "'en' is null, but must be a string.")]
    [InlineData("[" + One + ",\n{\"en\": ]", 2, "The file is not valid JSON from byte 8 of this line on.")]
    [InlineData("{\"a\": [" + One + "], \"b\": [" + One + "]}", 0,
        "The file is an object with 2 lists of records ('a', 'b'), but must be a list or hold one.")]
    [InlineData("5", 0, "The file is a number, but must be a list of records.")]
    public void Read_ListThatCannotBeUsed_NamesTheReason(string text, int line, string reason)
    {
        _data.Write("x.json", text);
        var error = Assert.Throws<DataFormatException>(() => _data.Translations("x.json"));
        Assert.Equal((line, reason), (error.Line, error.Reason));
    }

    [Fact]
    public void Read_ListThatIsNotUtf8_IsRefused()
    {
        _data.Write("x.json", [.. "[{\"en\": \"one\", \"de\": \"\xFC\"}]".Select(letter => (byte)letter)]);
        Assert.Equal("The file is not valid UTF-8.", Assert.Throws<DataFormatException>(() => _data.Translations("x.json")).Reason);
    }

    [Fact]
    public void Read_EndingThatIsNotKnown_NamesThoseThatAre()
    {
        var file = _data.Write("x.xml", One);
        const string Known = "The name's ending tells no form that is read. Give a file that ends in .tsv, .csv, .jsonl, .ndjson, .json, .txt, " +
            "each also with .gz or .zst behind, and .parquet.";
        Assert.Equal($"{file}: {Known}", Assert.Throws<DataFormatException>(() => _data.Translations("x.xml")).Message);
        Assert.Equal($"{file}: {Known}", Assert.Throws<DataFormatException>(() => _data.Preferences("x.xml")).Message);
    }
}
