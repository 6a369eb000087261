using System.Text;

namespace DistTrain.Cli.Tests.Commands;

public sealed class TranslateCommandTests(SomeRun run) : IClassFixture<SomeRun>
{
    private const string Text = "where are you ?\n\ndo you like tea ?\n   \nyou help the teacher .\n";

    [Fact]
    public async Task Translate_Lines_OneForEachInTheirOrder()
    {
        var all = await Translate(Text);

        Assert.Equal((0, 5), (all.ExitCode, all.Lines.Length));
        Assert.Equal(("", ""), (all.Lines[1], all.Lines[3]));
        foreach (var (line, translation) in Text.Split('\n').Zip(all.Lines).Where(pair => pair.Item1.Trim().Length > 0))
            Assert.Equal(translation, Assert.Single((await Translate(line + "\n")).Lines));
    }

    [Fact]
    public async Task Translate_MoreLinesThanABlock_AllOfThem()
    {
        var text = string.Concat(Enumerable.Range(0, 600).Select(i => i % 7 == 0 ? "\n" : $"you help {i % 5}\n"));

        var translated = await Translate(text, "--beam", "1");

        Assert.Equal(600, translated.Lines.Length);
        var first = await Translate("you help 1\n", "--beam", "1");
        Assert.All(Enumerable.Range(0, 600).Where(i => i % 7 != 0 && i % 5 == 1), i => Assert.Equal(first.Lines[0], translated.Lines[i]));
    }

    [Fact]
    public async Task Translate_LastLineWithoutItsEnd_IsALine() => Assert.Single((await Translate("where are you ?")).Lines);

    [Fact]
    public async Task Translate_NoInput_NoOutput() => Assert.Equal((0, ""), await Translate("") is var run ? (run.ExitCode, run.Output) : default);

    [Fact]
    public async Task Translate_LongLine_SaysWhichIsCut()
    {
        var translated = await Translate("you\n" + string.Join(' ', Enumerable.Repeat("where are you", 50)) + "\n");

        Assert.Equal((0, 2), (translated.ExitCode, translated.Lines.Length));
        Assert.Equal("Line 2 is longer than the model can read; its end is not translated. Give one sentence on a line.", translated.Errors.Trim());
    }

    [Fact]
    public async Task Translate_Json_HasSourceAndTranslation()
    {
        var plain = await Translate("where are you ?\n");
        var json = (await Translate("where are you ?\n", "--json")).Json;

        Assert.Equal(("where are you ?", plain.Lines[0]), (json.GetProperty("source").GetString(), json.GetProperty("translation").GetString()));
    }

    [Fact]
    public async Task Translate_InputThatIsNotUtf8_FailsWithItsLine()
    {
        using var input = new StreamReader(new MemoryStream([.. "good\n"u8, 0xE4, (byte)'\n']), new UTF8Encoding(false, throwOnInvalidBytes: true));

        var translated = await CommandRun.WithInput(input, "translate", "--checkpoint", run.Folder);

        Assert.Equal(1, translated.ExitCode);
        Assert.Equal("Standard input is not valid UTF-8 in line 1 or soon after it. Convert it, for example with iconv.", translated.Errors.Trim());
    }

    [Theory]
    [InlineData("--beam", "0")]
    [InlineData("--beam", "many")]
    [InlineData("--length-penalty", "-1")]
    public async Task Translate_WrongOption_IsWrongUsage(string option, string value)
    {
        var refused = await Translate(Text, option, value);

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains(option, refused.Errors, StringComparison.Ordinal);
    }

    private Task<CommandRun> Translate(string input, params string[] more) => CommandRun.WithInput(input, ["translate", "--checkpoint", run.Folder, .. more]);
}
