using DistTrain.Shared.Datasets;

namespace DistTrain.Shared.Tests.Datasets;

public sealed class PreferenceReaderTests : IDisposable
{
    private readonly DataFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData("p.jsonl", """{"prompt": "p", "chosen": "c", "rejected": "r", "score": 1}""")]
    [InlineData("p.tsv.gz", "p\tc\tr")]
    [InlineData("p.jsonl", """{"prompt": [{"role": "user", "content": "p"}], "chosen": [{"role": "assistant", "content": "c"}], "rejected": "r"}""")]
    [InlineData("p.jsonl",
        """{"prompt": "p", "chosen": [{"role": "user", "content": "p"}, {"role": "assistant", "content": "c"}], "rejected": [{"role": "user", "content": "p"}, {"role": "assistant", "content": "r"}]}""")]
    [InlineData("p.jsonl.gz",
        """{"chosen": [{"role": "user", "content": "p"}, {"role": "assistant", "content": "c"}], "rejected": [{"role": "user", "content": "p"}, {"role": "assistant", "content": "r"}]}""")]
    public void Read_EachForm_GivesPromptChosenAndRejected(string file, string line)
    {
        _data.Write(file, line);
        Assert.Equal([new PreferenceExample("p", "c", "r")], _data.Preferences(file));
    }

    [Fact]
    public void Read_DialoguesWithoutPrompt_CutsAtTheLastCommonAnswerMark()
    {
        _data.Write("hh.jsonl",
            """{"chosen": "\n\nHuman: a\n\nAssistant: b\n\nHuman: c\n\nAssistant: Yes.\n\nAssistant: x", "rejected": "\n\nHuman: a\n\nAssistant: b\n\nHuman: c\n\nAssistant: Yet."}""");
        Assert.Equal([new PreferenceExample("\n\nHuman: a\n\nAssistant: b\n\nHuman: c\n\nAssistant:", " Yes.\n\nAssistant: x", " Yet.")],
            _data.Preferences("hh.jsonl"));
    }

    [Fact]
    public void Read_SeveralMessages_JoinsThemWithLineBreaks()
    {
        _data.Write("p.jsonl",
            """{"chosen": [{"role": "system", "content": "s"}, {"role": "user", "content": "p"}, {"role": "assistant", "content": "c"}], "rejected": [{"role": "system", "content": "s"}, {"role": "user", "content": "p"}, {"role": "assistant", "content": "r"}]}""");
        Assert.Equal([new PreferenceExample("s\np", "c", "r")], _data.Preferences("p.jsonl"));
    }

    [Theory]
    [InlineData("p.jsonl", """{"prompt": "p", "rejected": "r"}""",
        "There is no chosen answer: none of the keys 'chosen', 'chosen_response', 'preferred_output', 'win', 'accepted' and 'positive' (there is " +
        "'prompt', 'rejected').")]
    [InlineData("p.jsonl", """{"prompt": "p", "chosen": null, "rejected": "r"}""",
        "There is no chosen answer: none of the keys 'chosen', 'chosen_response', 'preferred_output', 'win', 'accepted' and 'positive' (there is " +
        "'prompt', 'chosen' (null), 'rejected').")]
    [InlineData("p.jsonl", """{"prompt": "p", "chosen": "c", "rejected": 3}""",
        "'rejected' is a number, but must be a string, a message, a list of messages, or a list of several answers.")]
    [InlineData("p.jsonl", """{"prompt": 5, "chosen": "c", "rejected": "r"}""",
        "'prompt' is a number, but must be a string, a message or a list of messages.")]
    [InlineData("p.jsonl", """{"prompt": "p", "chosen": "", "rejected": "r"}""", "The chosen answer is empty.")]
    [InlineData("p.jsonl", """{"prompt": " ", "chosen": "c", "rejected": "r"}""", "The prompt is empty.")]
    [InlineData("p.jsonl", """{"prompt": ["p"], "chosen": "c", "rejected": "r"}""",
        "'prompt[0]' is a string, but must be a message with 'role' and 'content'.")]
    [InlineData("p.jsonl", """{"prompt": [{}], "chosen": "c", "rejected": "r"}""",
        "'prompt[0]' has neither 'role' and 'content' nor 'from' and 'value' (there is no key at all).")]
    [InlineData("p.jsonl", """{"prompt": [{"role": "user"}], "chosen": "c", "rejected": "r"}""",
        "'prompt[0]' has neither 'role' and 'content' nor 'from' and 'value' (there is 'role').")]
    [InlineData("p.jsonl", """{"prompt": [{"role": "user", "content": null}], "chosen": "c", "rejected": "r"}""",
        "'prompt[0].content' is null, but must be a string.")]
    [InlineData("p.jsonl", """{"prompt": "p", "chosen": "c", "rejected": ["r", {"role": "assistant", "content": "s"}]}""",
        "'rejected[1]' is an object, but the first of the list is a string.")]
    [InlineData("p.tsv", "p\tc", "The line has 2 columns, but must hold prompt, chosen and rejected with tabs between.")]
    public void Read_BadRecord_NamesFileLineAndReason(string file, string line, string reason)
    {
        var good = file.EndsWith(".tsv", StringComparison.Ordinal) ? "p\tc\tr" : """{"prompt": "p", "chosen": "c", "rejected": "r"}""";
        var path = _data.Write(file, $"{good}\n{line}\n");
        var error = Assert.Throws<DataFormatException>(() => _data.Preferences(file));
        Assert.StartsWith($"{path}:2: {reason} Correct or remove", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_MosesPair_IsNoSetOfPreferences()
    {
        _data.Write("p.en", "a\n");
        _data.Write("p.de", "b\n");
        var error = Assert.Throws<FileNotFoundException>(() => _data.Preferences("p"));
        Assert.StartsWith($"There is no data file '{_data.Root}/p'. ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_Sample_PrefersThePoliteForm() =>
        Assert.All(_data.Preferences("sample:polite-en-zh/preferences-validation"),
            example => Assert.Equal(example.Chosen, example.Rejected.Replace('你', '您')));
}
