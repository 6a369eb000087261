using DistTrain.Shared.Datasets.Reading.Files;
using DistTrain.Shared.Datasets.Samples;
using DistTrain.TestSupport.Processes;

namespace DistTrain.Cli.Tests.Commands;

public sealed class EvaluateCommandTests(SomeRun run) : IClassFixture<SomeRun>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Evaluate_Translations_ScoresWhatTranslateWrites()
    {
        const string sources = "where are you ?\nyou help the teacher .\n";
        var translated = await CommandRun.WithInput(sources, "translate", "--checkpoint", run.Folder);
        var source = _folder.Write("source.txt", sources);
        var reference = _folder.Write("reference.txt", "你在哪里？\n您帮助老师。\n");
        var scored = await CommandRun.Of("score", "--hypotheses", _folder.Write("out.txt", translated.Output), "--references", reference,
            "--tokenize", "char", "--json");

        var evaluated = await CommandRun.Of("evaluate", "--checkpoint", run.Folder, "--source", source, "--reference", reference, "--tokenize",
            "char", "--json");

        Assert.Equal(["bleu", "chrf", "signature", "chrf_signature", "sentences", "seconds", "reached_limit"],
            evaluated.Json.EnumerateObject().Select(property => property.Name));
        Assert.Equal(2, evaluated.Json.GetProperty("sentences").GetInt32());
        Assert.Contains("tok:char", evaluated.Json.GetProperty("signature").GetString(), StringComparison.Ordinal);
        foreach (var score in new[] { "bleu", "chrf" })
            Assert.Equal(scored.Json.GetProperty(score).GetDouble(), evaluated.Json.GetProperty(score).GetDouble());
    }

    [Fact]
    public async Task Evaluate_Sets_ScoreAsTheirTextsDo()
    {
        var (kept, zipped) = (Path.Combine(_folder.Path, "kept.txt"), Path.Combine(_folder.Path, "kept.gz"));
        _folder.Write("x.en", "where are you ?\nyou help the teacher .\n");
        _folder.Write("x.zh", "你在哪里？\n您帮助老师。\n");
        _folder.Write("x.tsv", "where are you ?\t你在哪里？\nyou help the teacher .\t您帮助老师。\n");
        _folder.Write("x.jsonl", """
            {"en":"where are you ?","zh":"你在哪里？"}
            {"en":"you help the teacher .","zh":"您帮助老师。"}
            """);
        string[] options = ["evaluate", "--checkpoint", run.Folder, "--tokenize", "char", "--beam", "1", "--max-length", "5", "--json"];

        var files = await CommandRun.Of(
            [.. options, "--source", Path.Combine(_folder.Path, "x.en"), "--reference", Path.Combine(_folder.Path, "x.zh"), "--out", kept]);
        var pair = await CommandRun.Of([.. options, "--translations", "x", "--data", _folder.Path, "--languages", "en", "zh", "--out", zipped]);
        var table = await CommandRun.Of([.. options, "--translations", Path.Combine(_folder.Path, "x.tsv")]);
        var records = await CommandRun.Of([.. options, "--translations", "x.jsonl", "--data", _folder.Path, "--languages", "en", "zh"]);

        Assert.All(new[] { pair, table, records }, set => Assert.Equal(Scores(files), Scores(set)));
        var translated = await CommandRun.WithInput("where are you ?\nyou help the teacher .\n", "translate", "--checkpoint", run.Folder, "--beam",
            "1", "--max-length", "5");
        Assert.Equal(translated.Lines, TextFile.Lines(kept));
        Assert.Equal(translated.Lines, TextFile.Lines(zipped));
        Assert.Equal(translated.Complaints.Replace("Line 1", "Example 1 of 'x'", StringComparison.Ordinal)
            .Replace("Line 2", "Example 2 of 'x'", StringComparison.Ordinal), pair.Complaints);
        Assert.Equal(pair.Complaints.Split("reached the limit").Length - 1, pair.Json.GetProperty("reached_limit").GetInt32());

        static (double, double, int) Scores(CommandRun run) =>
            (run.Json.GetProperty("bleu").GetDouble(), run.Json.GetProperty("chrf").GetDouble(), run.Json.GetProperty("sentences").GetInt32());
    }

    [Theory]
    [InlineData("source=a", null)]
    [InlineData("source=3 target=1 references=2 references=4", null)]
    [InlineData("source=3 sourc=1",
        "--columns has 'sourc', but takes KEY=COLUMN with the keys source, target, references, prompt, chosen, rejected.")]
    [InlineData("source", "--columns has 'source' without a column. Give its number or name, such as source=2.")]
    [InlineData("source=0", "--columns has source=0, but columns are counted from 1.")]
    [InlineData("source=1 source=2", "--columns has 'source' more than once. Give it one column.")]
    [InlineData("source=1 target=1", "--columns takes column '1' more than once. Give each key a column of its own.")]
    public async Task Evaluate_WithColumns_TakesThoseThatAreNamed(string columns, string? problem)
    {
        _folder.Write("x.tsv", "你\tWho are you?\tyou\t您\n");
        string[] options = ["evaluate", "--checkpoint", run.Folder, "--translations", "x.tsv", "--data", _folder.Path, "--beam", "1", "--max-length",
            "3", "--tokenize", "char", "--columns", .. columns.Split(' ')];

        var evaluated = await CommandRun.Of(options);

        if (problem is not null) Assert.Contains(problem, evaluated.Errors, StringComparison.Ordinal);
        else if (columns == "source=a")
        Assert.Contains("The column of source is 'a', but the first line names the columns", evaluated.Errors, StringComparison.Ordinal);
        else Assert.Contains("column 3 is source ('you'), column 1 is target ('你')", evaluated.Errors, StringComparison.Ordinal);
        Assert.Equal(columns.StartsWith("source=3 target", StringComparison.Ordinal) ? 0 : 2, evaluated.ExitCode);
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task Evaluate_ToldToEnd_LeavesNothingOfItsTranslations(string signal, int code)
    {
        // More than it can translate before the signal.
        var text = _folder.Write("text.txt", string.Concat(Enumerable.Repeat("where are you ?\n", 200_000)));
        await using var evaluation = DistTrainProcess.Start(
            "evaluate", "--checkpoint", run.Folder, "--source", text, "--reference", text, "--tokenize", "char", "--beam", "32", "--out",
            Path.Combine(_folder.Path, "out.txt"));
        await evaluation.Until(process => process.Errors.Contains("Checkpoint ", StringComparison.Ordinal)
            ? process : null, "the checkpoint, which it opens after the file");
        Assert.Single(Directory.GetFiles(_folder.Path, "out.txt.*.tmp"));

        await evaluation.Signal(signal, wholeGroup: false);

        Assert.True(await evaluation.Ended() == code, evaluation.Describe());
        Assert.Equal([text], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task Evaluate_SetWithFurtherReferences_UsesThem()
    {
        var translated = (await CommandRun.WithInput("you\n", "translate", "--checkpoint", run.Folder, "--beam", "1", "--max-length", "20")).Lines[0];
        _folder.Write("x.tsv", $"you\t别的\t{translated}\nyou\t{translated}\t\n");

        var scored = await CommandRun.Of("evaluate", "--checkpoint", run.Folder, "--translations", Path.Combine(_folder.Path, "x.tsv"), "--tokenize",
            "char", "--beam", "1", "--max-length", "20", "--json");

        Assert.Equal(2, scored.Json.GetProperty("sentences").GetInt32());
        Assert.Equal(100, scored.Json.GetProperty("bleu").GetDouble(), 1e-9);
    }

    [Fact]
    public async Task Evaluate_SampleSets_AreGenerated()
    {
        var translations = await CommandRun.Of("evaluate", "--checkpoint", run.Folder, "--translations", "sample:polite-en-zh/validation",
            "--tokenize", "zh", "--beam", "1", "--max-length", "3", "--json");
        var preferences = await CommandRun.Of("evaluate", "--checkpoint", run.Folder, "--preferences", "sample:polite-en-zh/preferences-validation",
            "--json");

        Assert.Equal(SampleCorpus.Translations("polite-en-zh", "validation").Count(), translations.Json.GetProperty("sentences").GetInt32());
        Assert.InRange(preferences.Json.GetProperty("pairs").GetInt32(), 1,
            SampleCorpus.Preferences("polite-en-zh", "preferences-validation").Count());
    }

    [Theory]
    [InlineData("--translations", "x.tsv", "you\n", "x.tsv:1: The line has ")]
    [InlineData("--preferences", "x.jsonl", "{}\n", "x.jsonl:1: ")]
    [InlineData("--translations", "y.tsv", "", "y.tsv'. Correct the path, or name the folder that relative paths start from with --data.")]
    [InlineData("--translations", "x.jsonl", "\n", "'x.jsonl' is empty, so there is nothing to translate. Give a set with translations.")]
    public async Task Evaluate_SetThatCannotBeRead_SpeaksOfItsOwnOptionsOnly(string option, string set, string text, string problem)
    {
        _folder.Write(set.Replace('y', 'z'), text);

        var refused = await CommandRun.Of("evaluate", "--checkpoint", run.Folder, option, set, "--data", _folder.Path);

        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains(problem, refused.Complaints, StringComparison.Ordinal);
        Assert.DoesNotContain("tolerate_bad_records", refused.Complaints, StringComparison.Ordinal);
        Assert.DoesNotContain(" job", refused.Complaints, StringComparison.Ordinal);
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
        var file = _folder.Write("pairs.tsv", $"you\t你\t您\nyou\t你\t{string.Concat(Enumerable.Repeat("您好", 60))}\n");

        var evaluated = await CommandRun.Of("evaluate", "--checkpoint", run.Folder, "--preferences", file, "--json");

        Assert.Equal(1, evaluated.Json.GetProperty("pairs").GetInt32());
        Assert.Equal("1 of 2 pairs are longer than the model can read; they are left out.", evaluated.Complaints.Split(Environment.NewLine)[^1]);
    }

    [Fact]
    public async Task Evaluate_PairsOfEqualAnswers_AreLeftOutAndToldOf()
    {
        var file = _folder.Write("pairs.jsonl", """{"question": "you", "chosen": ["你", "您"], "rejected": "你"}""");

        var evaluated = await CommandRun.Of("evaluate", "--checkpoint", run.Folder, "--preferences", file, "--json");
        var nothing = await CommandRun.Of("evaluate", "--checkpoint", run.Folder, "--preferences", _folder.Write("equal.tsv", "you\t你\t你\n"));

        Assert.Equal(1, evaluated.Json.GetProperty("pairs").GetInt32());
        Assert.Equal("'question' taken for the prompt.\n1 of 2 pairs have a chosen and a rejected text of the same tokens; they are left out.",
            evaluated.Complaints);
        Assert.Equal(2, nothing.ExitCode);
        Assert.Contains("equal.tsv' has no pair that the model can judge.", nothing.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_BadRecord_SaysWhatCanBeDoneAboutItHere()
    {
        var refused = await CommandRun.Of("evaluate", "--checkpoint", run.Folder, "--preferences",
            _folder.Write("pairs.jsonl", """{"prompt": "you", "rejected": "你"}"""));

        Assert.NotEqual(0, refused.ExitCode);
        Assert.EndsWith("(there is 'prompt', 'rejected'). Correct or remove the record.", refused.Complaints, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("--source")]
    [InlineData("--source", "--preferences")]
    [InlineData("--source", "--reference", "--preferences")]
    [InlineData("--source", "--reference", "--translations")]
    [InlineData("--source", "--translations")]
    [InlineData("--translations", "--preferences")]
    public async Task Evaluate_WrongChoiceOfData_IsWrongUsage(params string[] options)
    {
        var file = _folder.Write("text.txt", "a\n");

        var refused = await CommandRun.Of(["evaluate", "--checkpoint", run.Folder, .. options.SelectMany(option => new[] { option, file })]);

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("Give either --source and --reference, or --translations, or --preferences.", refused.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--beam", "4")]
    [InlineData("--length-penalty", "0.6")]
    [InlineData("--length-normalization", "plain")]
    [InlineData("--min-length", "1")]
    [InlineData("--max-length", "9")]
    [InlineData("--tokenize", "13a")]
    [InlineData("--lowercase")]
    [InlineData("--languages", "en", "zh")]
    [InlineData("--out", "out.txt")]
    [InlineData("--length-factor", "2")]
    [InlineData("--extra-length", "2")]
    [InlineData("--no-repeat-ngram", "2")]
    public async Task Evaluate_PreferencesWithAnOptionOfTranslations_IsWrongUsage(params string[] option)
    {
        var refused =
            await CommandRun.Of(["evaluate", "--checkpoint", run.Folder, "--preferences", _folder.Write("pairs.tsv", "you\t你\t您\n"), .. option]);

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains($"{option[0]} is about translations, and --preferences translates nothing. Leave it out.", refused.Errors,
            StringComparison.Ordinal);
    }

    private Task<CommandRun> Preferences(string name, string prompt, string chosen, string rejected) =>
        CommandRun.Of("evaluate", "--checkpoint", run.Folder, "--preferences", _folder.Write($"{name}.tsv", $"{prompt}\t{chosen}\t{rejected}\n"),
            "--json");
}
