using DistTrain.TestSupport.Processes;

namespace DistTrain.Cli.Tests.Commands;

public sealed class EvaluateCommandTests(SomeRun run) : IClassFixture<SomeRun>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Evaluate_Translations_ScoresWhatTranslateWrites()
    {
        const string sources = "where are you ?\nyou help the teacher .\n";
        var translated = await CommandRun.WithInput(sources, "translate", "--checkpoint", run.Folder);
        var source = folder.Write("source.txt", sources);
        var reference = folder.Write("reference.txt", "你在哪里？\n您帮助老师。\n");
        var scored = await CommandRun.Of("score", "--hypotheses", folder.Write("out.txt", translated.Output), "--references", reference, "--tokenize", "char", "--json");

        var evaluated = await CommandRun.Of("evaluate", "--checkpoint", run.Folder, "--source", source, "--reference", reference, "--tokenize", "char", "--json");

        Assert.Equal(["bleu", "chrf", "sentences", "seconds"], evaluated.Json.EnumerateObject().Select(property => property.Name));
        Assert.Equal(2, evaluated.Json.GetProperty("sentences").GetInt32());
        foreach (var score in new[] { "bleu", "chrf" }) Assert.Equal(scored.Json.GetProperty(score).GetDouble(), evaluated.Json.GetProperty(score).GetDouble());
    }

    [Fact]
    public async Task Evaluate_Preferences_MirroredPairsMirrorTheScores()
    {
        var forth = await Preferences("a", "where are you ?", "你在哪里？", "您在哪里？");
        var back = await Preferences("b", "where are you ?", "您在哪里？", "你在哪里？");

        Assert.Equal(["accuracy", "margin", "pairs"], forth.Json.EnumerateObject().Select(property => property.Name));
        Assert.Equal(1, forth.Json.GetProperty("accuracy").GetDouble() + back.Json.GetProperty("accuracy").GetDouble());
        Assert.Equal(0, forth.Json.GetProperty("margin").GetDouble() + back.Json.GetProperty("margin").GetDouble(), 9);
        Assert.NotEqual(0, forth.Json.GetProperty("margin").GetDouble());
    }

    [Fact]
    public async Task Evaluate_PairTooLongForTheModel_IsLeftOutAndToldOf()
    {
        var file = folder.Write("pairs.tsv", $"you\t你\t您\nyou\t你\t{string.Concat(Enumerable.Repeat("您好", 60))}\n");

        var evaluated = await CommandRun.Of("evaluate", "--checkpoint", run.Folder, "--preferences", file, "--json");

        Assert.Equal(1, evaluated.Json.GetProperty("pairs").GetInt32());
        Assert.Equal("1 of 2 pairs are longer than the model can read; they are left out.", evaluated.Complaints);
    }

    [Theory]
    [InlineData]
    [InlineData("--source")]
    [InlineData("--source", "--preferences")]
    [InlineData("--source", "--reference", "--preferences")]
    public async Task Evaluate_WrongChoiceOfData_IsWrongUsage(params string[] options)
    {
        var file = folder.Write("text.txt", "a\n");

        var refused = await CommandRun.Of(["evaluate", "--checkpoint", run.Folder, .. options.SelectMany(option => new[] { option, file })]);

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("Give either --source and --reference, or --preferences.", refused.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--beam", "4")]
    [InlineData("--length-penalty", "0.6")]
    [InlineData("--length-normalization", "plain")]
    [InlineData("--min-length", "1")]
    [InlineData("--max-length", "9")]
    [InlineData("--tokenize", "13a")]
    [InlineData("--lowercase")]
    public async Task Evaluate_PreferencesWithAnOptionOfTranslations_IsWrongUsage(params string[] option)
    {
        var refused = await CommandRun.Of(["evaluate", "--checkpoint", run.Folder, "--preferences", folder.Write("pairs.tsv", "you\t你\t您\n"), .. option]);

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains($"{option[0]} is about translations, and --preferences translates nothing. Leave it out.", refused.Errors, StringComparison.Ordinal);
    }

    private Task<CommandRun> Preferences(string name, string prompt, string chosen, string rejected) =>
        CommandRun.Of("evaluate", "--checkpoint", run.Folder, "--preferences", folder.Write($"{name}.tsv", $"{prompt}\t{chosen}\t{rejected}\n"), "--json");
}
