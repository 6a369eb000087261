using CsCheck;
using DistTrain.Shared.Datasets;
using DistTrain.Shared.Datasets.Reading;
using DistTrain.Shared.Jobs;

namespace DistTrain.Shared.Tests.Datasets.Reading;

public sealed partial class TableColumnsTests : IDisposable
{
    private readonly DataFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData("17\tA dog.\t4\tEin Hund.", "Column 1 of 4 would be the source, but holds numbers (such as '17').", "source: 2, target: 4")]
    [InlineData("A dog.\t4\tEin Hund.", "Column 2 of 3 would be the target, but holds numbers (such as '4').", "source: 1, target: 3")]
    [InlineData("A dog.\tEin Hund.\t0.87", "Column 3 of 3 would be a further reference, but holds numbers (such as '0.87').", "source: 1, target: 2")]
    [InlineData("A dog.\tEin Hund.\tCC-BY 2.0 (France) Attribution: example.org #1 (a)",
        "Column 3 of 3 would be a further reference, but holds notes about a licence (such as 'CC-BY 2.0 (France) Attribution: example.org #1 " +
        "(a)').", "source: 1, target: 2")]
    [InlineData("http://a.example/1\thttps://b.example/1\tA dog.\tEin Hund.\t1e-3",
        "Column 1 of 5 would be the source, but holds addresses (such as 'http://a.example/1').", "source: 3, target: 4")]
    public void Read_ColumnThatIsNoText_IsRefusedWithTheColumnsThatAre(string line, string reason, string columns)
    {
        var file = _data.Write("x.tsv",
            string.Concat(Enumerable.Repeat(line + "\n", 30)) + "one stray line\tthat is text\t" + string.Join('\t', line.Split('\t').Skip(2))
                + "\n");
        var error = Assert.Throws<DataFormatException>(() => _data.Translations("x.tsv"));
        Assert.Equal($"{file}:1: {reason} Tell which columns to read with data.columns, such as columns: {{ {columns} }}.", error.Message);
    }

    [Theory]
    [InlineData("en\tA dog {0} runs.\tde\tEin Hund {0} rennt.", "Column 1 of 4 would be the source, but holds labels (such as 'en').",
        "source: 2, target: 4")]
    [InlineData("de\tEin Hund {0} rennt.\ten\tA dog {0} runs.", "Column 1 of 4 would be the source, but holds labels (such as 'de').",
        "source: 4, target: 2")]
    [InlineData("7{0}\teng\tA dog {0} runs.\tdeu\tEin Hund {0} rennt.", "Column 1 of 5 would be the source, but holds numbers (such as '70').",
        "source: 3, target: 5")]
    [InlineData("doc_{0}\tA dog {0} runs.\tEin Hund {0} rennt.", "Column 1 of 3 would be the source, but holds identifiers (such as 'doc_0').",
        "source: 2, target: 3")]
    [InlineData("A dog {0} runs.\tEin Hund {0} rennt.\tnews", "Column 3 of 3 would be a further reference, but holds labels (such as 'news').",
        "source: 1, target: 2")]
    [InlineData("A dog {0} runs.\tEin Hund {0} rennt.\t", "Column 3 of 3 would be a further reference, but holds nothing.", "source: 1, target: 2")]
    public void Read_ColumnOfIdentifiersOrLabels_IsRefusedWithTheColumnsThatAreText(string line, string reason, string columns)
    {
        var file = _data.Write("x.tsv", Lines(line));
        Assert.Equal(
            $"{file}:1: {reason} Tell which columns to read with data.columns, such as columns: {{ {columns} }}.",
            Assert.Throws<DataFormatException>(() => _data.Translations("x.tsv")).Message);
    }

    /// <summary>
    /// The first line looks like names: it is no evidence against what stands below, and a choice by numbers would make a record of it.
    /// </summary>
    [Theory]
    [InlineData("id\ttext\ttranslation", "{0}\tA dog {0} runs.\tEin Hund {0} rennt.",
        "Column 1 of 3 would be the source, but holds numbers (such as '0').", "source: text, target: translation", 5)]
    [InlineData("uid\ttext\ttranslation", "doc_{0}\tA dog {0} runs.\tEin Hund {0} rennt.",
        "Column 1 of 3 would be the source, but holds identifiers (such as 'doc_0').", "source: text, target: translation", 18)]
    [InlineData("a text\tits: end\tdomain", "A dog {0} runs.\tEin Hund {0} rennt.\tnews",
        "Column 3 of 3 would be a further reference, but holds labels (such as 'news').", "source: 'a text', target: 'its: end'", 18)]
    [InlineData("a text\tits: end\tdomain", "A dog {0} runs.\tEin Hund {0} rennt.\tnews",
        "Column 3 of 3 would be a further reference, but holds labels (such as 'news').", "source: 'a text', target: 'its: end'", 30)]
    [InlineData("url\ttext\ttranslation", "http://x.example/{0}\tA dog {0} runs.\tEin Hund {0} rennt.",
        "Column 1 of 3 would be the source, but holds addresses (such as 'http://x.example/0').", "source: text, target: translation", 18)]
    public void Read_UnknownNamesOverAColumnThatIsNoText_AreTold(string header, string line, string reason, string columns, int records)
    {
        var file = _data.Write("x.tsv", $"{header}\n{Lines(line, records)}");
        Assert.Equal(
            $"{file}:1: {reason} Tell which columns to read with data.columns, such as columns: {{ {columns} }}.",
            Assert.Throws<DataFormatException>(() => _data.Translations("x.tsv")).Message);
    }

    [Theory]
    [InlineData("Is it {0} today?\tyes\nIs he {0} there?\tno\n")]
    [InlineData("Вопрос {0} один?\tда\nВопрос {0} два?\tнет\n")]
    public void Read_AnswersThatComeBackWhereNothingElseCouldBeMeant_AreText(string lines)
    {
        _data.Write("x.tsv", Lines(lines.TrimEnd('\n')));
        Assert.Equal(48, _data.Translations("x.tsv").Count);
    }

    [Fact]
    public void Read_PreferencesOfAnswersThatComeBack_AreText()
    {
        _data.Write("x.tsv", Lines("Is it {0} today?\tyes\tno\nIs he {0} there?\tno\tyes"));
        Assert.Equal(48, Preferences("x.tsv", new()).Count);
    }

    [Theory]
    [InlineData("A dog {0} runs.\tnews", "Column 2 of 2 would be the target, but holds labels (such as 'news').")]
    [InlineData("en\tA dog {0} runs.\nde\tEin Hund {0} rennt.", "Column 1 of 2 would be the source, but holds labels (such as 'en').")]
    public void Read_OneLabelOrLabelsInFront_AreNoAnswers(string lines, string reason)
    {
        _data.Write("x.tsv", Lines(lines));
        Assert.Contains(reason, Assert.Throws<DataFormatException>(() => _data.Translations("x.tsv")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_FewerColumnsOfTextThanAreNeeded_SuggestsNone()
    {
        var file = _data.Write("x.tsv", Lines("7{0}\teng\tA dog {0} runs."));
        Assert.Equal(
            $"{file}:1: Column 1 of 3 would be the source, but holds numbers (such as '70'). Only column 3 may be text: give a file with source " +
                "and target, or tell which columns to read with data.columns.",
            Assert.Throws<DataFormatException>(() => _data.Translations("x.tsv")).Message);
    }

    [Theory]
    [InlineData("{0}\tp q {0}\tc d {0}\tr s {0}", "prompt: 2, chosen: 3, rejected: 4")]
    [InlineData("p q {0}\tc d {0}\tr s {0}\t0.9\t0.1", "prompt: 1, chosen: 2, rejected: 3")]
    public void Read_PreferencesWithMoreColumns_AreRefusedWithThoseThatAreText(string line, string columns)
    {
        var file = _data.Write("x.tsv", Lines(line));
        Assert.Equal(
            $"{file}:1: Most lines have {line.Count(letter => letter == '\t') + 1} columns, and nothing tells which are prompt, chosen and " +
                $"rejected. Tell which columns to read with data.columns, such as columns: {{ {columns} }}.",
            Assert.Throws<DataFormatException>(() => _data.Preferences("x.tsv")).Message);
    }

    [Theory]
    [InlineData("question\tchosen\trejected", "p\tc\tr", "p|c|r")]
    [InlineData("chosen_response\tsrc\trejected_response", "c\tp\tr", "p|c|r")]
    [InlineData("id\tInstruction\tinput\taccepted\trejected", "1\tp\tq\tc\tr", "p\nq|c|r")]
    [InlineData("instruction\tinput\twin\tlose", "p\t\tc\tr", "p|c|r")]
    public void Read_PreferencesWithNamesOfJson_AreTakenByThem(string header, string line, string expected)
    {
        _data.Write("x.tsv", $"{header}\n{line}\n");
        Assert.Equal([expected], Preferences("x.tsv", new()));
    }

    [Fact]
    public void Read_ColumnsByNumber_AreThoseWhateverTheyHold()
    {
        _data.Write("x.tsv", "17\tA dog.\t4\tEin Hund.\tDer Hund.\n18\tA cat.\t5\tEine Katze.\t\n");
        Assert.Equal(["A dog.|Ein Hund.", "A cat.|Eine Katze."], _data.Texts("x.tsv", new() { Source = "2", Target = "4" }));
        Assert.Equal(["Ein Hund.|A dog.|17|Der Hund.", "Eine Katze.|A cat.|18"],
            _data.Texts("x.tsv", new() { Source = "4", Target = "2", References = ["1", "5"] }));
    }

    [Theory]
    [InlineData("2", null)]
    [InlineData(null, "1")]
    [InlineData("english", null)]
    public void Read_OneColumnForTwoThings_IsRefused(string? source, string? target)
    {
        var file = _data.Write("x.tsv", "id\tenglish\tdeutsch\nx\tA dog.\tEin Hund.\n");
        var error = Assert.Throws<DataFormatException>(() => _data.Texts("x.tsv", new() { Source = source, Target = target }));
        Assert.Matches($"^{System.Text.RegularExpressions.Regex.Escape(file)}:1: Column [12] would be read for two things. Choose the column of " +
            "each.$", error.Message);
    }

    [Fact]
    public void Read_AnyOrderOfColumns_GivesTheSameTexts()
    {
        var cell = Gen.String[Gen.Char["ab ,;\"您\r"], 1, 8].Select(text => $"w{text}w");
        Gen.Select(Gen.Select(cell, cell).Array[1, 30], Gen.Shuffle(Enumerable.Range(0, 5).ToArray()), Gen.Bool).Sample((pairs, order, named) =>
        {
            var rows = pairs.Select(pair => new[] { pair.Item1, pair.Item2, "7", "http://x.example", "" }).ToList();
            if (named) rows.Insert(0, ["the source", "the target", "id", "url", "empty"]);
            _data.Write("x.tsv", string.Concat(rows.Select(row => string.Join('\t', order.Select(column => row[column])) + "\n")));
            var columns = named
                ? new ColumnsSpec { Source = "the source", Target = "THE TARGET" }
                : new() { Source = $"{Array.IndexOf(order, 0) + 1}", Target = $"{Array.IndexOf(order, 1) + 1}" };
            Assert.Equal(pairs.Select(pair => $"{pair.Item1}|{pair.Item2}"), _data.Texts("x.tsv", columns));
        }, iter: 60, threads: 1);
    }

    [Fact]
    public void Read_AnyTable_TellsOnceWhatTheColumnsAre()
    {
        _data.Write("x.tsv", "A dog.\tEin Hund.\tDer Hund.\nA cat.\tEine Katze.\t\n");
        _data.Write("h.tsv", $"id\ten\tde\n1\t{new string('x', 70)}\tEin\u001b Hund.\n");
        Assert.Equal(
            ["'x.tsv' has 3 columns: column 1 is source ('A dog.'), column 2 is target ('Ein Hund.'), column 3 is a further reference ('Der " +
                "Hund.')."], Notes("x.tsv"));
        Assert.Equal(
            [$"'h.tsv' has 3 columns, which its first line names: 'en' is source ('{new string('x', 57)}...'), 'de' is target ('Ein\\u001B " +
                "Hund.'); not read: 'id'."], Notes("h.tsv"));
    }

    [Fact]
    public void Read_StrayTabInTheFirstLine_MakesThatLineBad()
    {
        var file = _data.Write("x.tsv", "a\tx\tb\nc\td\ne\tf\n");
        var bad = new BadRecords(1);
        Assert.Equal(["c|d", "e|f"], _data.Texts("x.tsv", new(), bad));
        Assert.Equal([new BadRecord(file, 1, "The line has 3 columns, but must hold source and target with a tab between.")], bad.Seen);
    }

    [Fact]
    public void Read_LineWithFewerColumnsThanMost_IsBad()
    {
        var file = _data.Write("x.tsv", "a\tb\tr\nc\td\ne\tf\tr\n");
        Assert.StartsWith($"{file}:2: The line has 2 columns, but must hold 3, as most lines do. ",
            Assert.Throws<DataFormatException>(() => _data.Translations("x.tsv")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NumbersInEveryColumn_AreWhatIsLearned()
    {
        _data.Write("x.tsv", "12\t21\n13\t31\n");
        Assert.Equal(["12|21", "13|31"], _data.Texts("x.tsv", new()));
    }

    [Fact]
    public void Read_PreferencesByColumns_GivesThem()
    {
        _data.Write("x.csv", "id,question,good,bad\n1,p,c,r\n");
        Assert.Equal(["p|c|r"], Preferences("x.csv", new() { Prompt = "question", Chosen = "good", Rejected = "bad" }));
        Assert.Equal(["question|good|bad", "p|c|r"], Preferences("x.csv", new() { Prompt = "2", Chosen = "3", Rejected = "4" }));
        _data.Write("y.tsv", "rejected\tprompt\tchosen\nr\tp\tc\n");
        Assert.Equal(["p|c|r"], Preferences("y.tsv", new()));
    }

    [Fact]
    public void Read_PreferencesOfNoJob_NameNoKeysOfOne()
    {
        var file = _data.Write("x.tsv", "1\tc\tr\n2\tc\tr\n");
        var error = Assert.Throws<DataFormatException>(() => _data.Preferences("x.tsv", new BadRecords(0, BadRecords.Correctable)));
        Assert.Equal($"{file}:1: Column 1 of 3 would be the prompt, but holds numbers (such as '1'). Tell which columns to read, such as --columns " +
            "prompt=1 chosen=2 rejected=3.", error.Message);
    }

    private List<string> Preferences(string file, ColumnsSpec columns) =>
        [.. PreferenceReader.Read(file, _data.Root, new DataSpec { Columns = columns }, new BadRecords(0))
            .Select(example => $"{example.Prompt}|{example.Chosen}|{example.Rejected}")];

    private IReadOnlyList<string> Notes(string file)
    {
        var bad = new BadRecords(0);
        _data.Translations(file, bad);
        return bad.Notes;
    }

    private static string Lines(string form, int count = 24) =>
        string.Concat(Enumerable.Range(0, count)
            .Select(index => string.Format(System.Globalization.CultureInfo.InvariantCulture, form, index) + "\n"));
}
