using System.Text;
using System.Text.Json;
using DistTrain.TestSupport.Processes;

namespace DistTrain.Cli.Tests.Commands;

public sealed class TranslateCommandTests(SomeRun run) : IClassFixture<SomeRun>, IDisposable
{
    private const string Text = "where are you ?\n\ndo you like tea ?\n   \nyou help the teacher .\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

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
        var text = string.Join(' ', Enumerable.Repeat("where are you", 50));
        var translated = await Translate($"you\n{text}\n");

        Assert.Equal((0, 2), (translated.ExitCode, translated.Lines.Length));
        Assert.Contains(
            $"Line 2 has {run.Tokens(text)} tokens, but the model's max_length of 32 leaves room for 31 and the end mark: its end is not " +
                "translated. Give one sentence on a line, or train with a greater model.max_length.",
            translated.Complaints.Split(Environment.NewLine));
    }

    [Fact]
    public async Task Translate_Json_HasSourceAndTranslation()
    {
        var plain = await Translate("where are you ?\n");
        var json = (await Translate("where are you ?\n", "--json")).Json;

        Assert.Equal(("where are you ?", plain.Lines[0]), (json.GetProperty("source").GetString(), json.GetProperty("translation").GetString()));
        Assert.InRange(json.GetProperty("log_probability").GetDouble(), double.MinValue, json.GetProperty("score").GetDouble());
    }

    [Theory]
    [InlineData("--length-factor 0 --extra-length 3", 3, "Raise --length-factor or --extra-length.")]
    [InlineData("--max-length 4", 4, "Raise --max-length.")]
    [InlineData("--length-factor 0 --extra-length 4 --max-length 4", 4, "Raise --max-length.")]
    [InlineData("", 32, "The model's max_length allows no more: give one sentence on a line, or train with a greater model.max_length.")]
    public async Task Translate_OfWhatIsLongerThanItMayBe_SaysWhichLineAndWhatHelps(string options, int limit, string remedy)
    {
        string[] words = ["--beam", "1", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        var translated = await Translate("\nwhere are you ?\n", words);
        var json = (await Translate("where are you ?\n", [.. words, "--json"])).Json;

        // An untrained model's likeliest token is no end.
        Assert.Equal($"Line 2 reached the limit of {limit} tokens; the end of its translation may be missing. {remedy}", translated.Complaints);
        Assert.Equal((0, true), (translated.ExitCode, json.GetProperty("reached_limit").GetBoolean()));
    }

    [Fact]
    public async Task Translate_WhatEndsWithinItsLimit_IsNotToldOf()
    {
        // Drawn until every token comes, the end too: some lines end by themselves, and only the others are told of.
        var text = string.Concat(Enumerable.Repeat("you\n", 60));
        var drawn = await Translate(text, "--sample", "--temperature", "100", "--length-factor", "30", "--json");

        var lines = drawn.Lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("reached_limit").GetBoolean()).Index().ToList();
        Assert.Contains(lines, line => !line.Item);
        Assert.Equal(
            lines.Where(line => line.Item).Select(line => $"Line {line.Index + 1} reached the limit of 32 tokens"),
            drawn.Complaints.Split(Environment.NewLine).Select(line => line.Split(';')[0]));
    }

    [Fact]
    public async Task Translate_WithRepetitionsForbidden_HasFewer()
    {
        var free = await Translate("where are you ?\n", "--beam", "1");
        var once = await Translate("where are you ?\n", "--beam", "1", "--no-repeat-ngram", "1");

        Assert.NotEqual(free.Output, once.Output);
        Assert.Contains("Sequences of -1 tokens are not to be repeated", (await Translate("you\n", "--no-repeat-ngram", "-1")).Complaints,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Translate_NBest_WritesSeveralForEachLineBestFirst()
    {
        const string text = "where are you ?\nyou help the teacher .\n";
        var best = await Translate(text);
        var lists = await Translate(text, "--n-best", "3");

        var fields = lists.Lines.Select(line => line.Split(" ||| ")).ToList();
        Assert.Equal(["1", "1", "1", "2", "2", "2"], fields.Select(field => field[0]));
        Assert.Equal(best.Lines, new[] { fields[0][1], fields[3][1] });
        Assert.Equal(6, lists.Lines.Select(line => line[..line.LastIndexOf(" ||| ", StringComparison.Ordinal)]).Distinct().Count());
        foreach (var list in fields.GroupBy(field => field[0]))
            Assert.Equal(list.Select(field => double.Parse(field[2])).OrderDescending(), list.Select(field => double.Parse(field[2])));

        var json = (await Translate(text, "--n-best", "3", "--json")).Lines.Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal([1, 2], json.Select(line => line.GetProperty("line").GetInt32()));
        Assert.Equal(fields.Select(field => field[1]),
            json.SelectMany(line => line.GetProperty("translations").EnumerateArray()).Select(item => item.GetProperty("translation").GetString()));
    }

    [Fact]
    public async Task Translate_WithLengths_KeepsThem()
    {
        var shortest = await Translate("where are you ?\n", "--max-length", "1", "--beam", "1");
        var longest = await Translate("where are you ?\n", "--min-length", "31");

        Assert.InRange(run.Tokens(shortest.Lines[0]), 0, 1);
        Assert.True(longest.Lines[0].Length > shortest.Lines[0].Length);
    }

    [Fact]
    public async Task Translate_Sampling_DependsOnTheSeedAndTheLineOnly()
    {
        // Line 300 comes in the second block.
        var text = string.Concat(Enumerable.Repeat("where are you ?\n", 300));
        var first = await Translate(text, "--sample", "--seed", "5", "--max-length", "8");

        Assert.Equal(first.Lines, (await Translate(text, "--sample", "--seed", "5", "--max-length", "8")).Lines);
        Assert.NotEqual(first.Lines, (await Translate(text, "--sample", "--seed", "6", "--max-length", "8")).Lines);
        Assert.InRange(first.Lines.Distinct().Count(), 290, 300);
        var greedy = await Translate("where are you ?\n", "--beam", "1");
        Assert.Equal(greedy.Lines, (await Translate("where are you ?\n", "--sample", "--top-k", "1")).Lines);
    }

    [Fact]
    public async Task Translate_Force_ScoresWhatIsGiven()
    {
        const string text = "where are you ?\n\n";
        string[] options = ["--length-normalization", "plain", "--length-penalty", "0.7", "--force", _folder.Write("given.txt", "你在哪里？\n您好\n")];

        var forced = (await Translate(text, options)).Lines.Select(line => line.Split(" ||| ")).ToList();
        var json = (await Translate(text, [.. options, "--json"])).Lines.Select(line => JsonDocument.Parse(line).RootElement).ToList();

        Assert.Equal([["1", "你在哪里？"], ["2", "您好"]], forced.Select(field => field[..2]));
        foreach (var (field, line) in forced.Zip(json))
        {
            var tokens = line.GetProperty("token_log_probabilities").EnumerateArray().Select(value => value.GetDouble()).ToList();
            Assert.Equal(run.Tokens(field[1]) + 1, tokens.Count);
            Assert.All(tokens, value => Assert.True(value < 0));
            Assert.Equal(tokens.Sum(), line.GetProperty("log_probability").GetDouble(), 1e-9);
            Assert.Equal(tokens.Sum() / Math.Pow(tokens.Count, 0.7), line.GetProperty("score").GetDouble(), 1e-9);
            Assert.Equal(line.GetProperty("score").GetDouble(), double.Parse(field[2]), 1e-6);
        }
    }

    [Fact]
    public async Task Translate_ForceOfAnotherLength_IsRefused()
    {
        var file = _folder.Write("two.txt", "a\nb\n");
        Assert.Equal($"'{file}' has 2 lines, but standard input 1. Line by line they must belong together: give a translation for each line.",
            (await Translate("you\n", "--force", file)).Complaints);
        var input = _folder.Write("one.txt", "you\n");
        Assert.StartsWith($"'{file}' has 2 lines, but '{input}' 1.",
            (await CommandRun.Of("translate", "--checkpoint", run.Folder, "--input", input, "--force", file)).Complaints, StringComparison.Ordinal);
        var more = await Translate("you\nyou\nyou\n", "--force", file);
        // What stood in an earlier block may have been written, for lines that have both: standard input is not waited for to its end.
        Assert.Equal(2, more.ExitCode);
        Assert.Equal(Enumerable.Range(1, more.Lines.Length), more.Lines.Select(line => int.Parse(line.Split(" ||| ")[0])));
        Assert.InRange(more.Lines.Length, 0, 2);
        Assert.StartsWith($"'{file}' has 2 lines, but standard input more than 2.", more.Complaints, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Translate_ForceOfALongText_IsRefusedWithItsPlace()
    {
        var text = string.Concat(Enumerable.Repeat("您好", 60));
        var file = _folder.Write("long.txt", $"a\n{text}\n");
        var refused = await Translate("you\nyou\n", "--force", file);
        Assert.Equal(2, refused.ExitCode);
        Assert.StartsWith($"Line 2 of '{file}' has {run.Tokens(text)} tokens, but the model's max_length of 32 leaves room for 31 and the end " +
            "mark: it cannot be scored.", refused.Complaints, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--n-best 5", "5 best translations are asked for, but a beam of 4 finds at most as many as it is wide. Widen the beam to 5 or more.")]
    [InlineData("--max-length 33", "The maximum length is 33, but must be from 1 to the 32 tokens (max_length) of the model.")]
    [InlineData("--sample --beam 2", "Sampling follows one hypothesis, but the beam is 2. Sample with a beam of 1.")]
    [InlineData("--top-k 2", "--top-k is about sampling. Give --sample as well, or leave it out.")]
    [InlineData("--force {0} --n-best 2", "--n-best is about a search, and --force searches for nothing. Leave it out.")]
    [InlineData("--force {0} --beam 4", "--beam is about a search, and --force searches for nothing. Leave it out.")]
    [InlineData("--force {0} --sample", "--sample is about a search, and --force searches for nothing. Leave it out.")]
    [InlineData("--force {0} --max-length 9", "--max-length is about a search, and --force searches for nothing. Leave it out.")]
    [InlineData("--force {0} --length-factor 2", "--length-factor is about a search, and --force searches for nothing. Leave it out.")]
    [InlineData("--force {0} --extra-length 2", "--extra-length is about a search, and --force searches for nothing. Leave it out.")]
    [InlineData("--force {0} --no-repeat-ngram 2", "--no-repeat-ngram is about a search, and --force searches for nothing. Leave it out.")]
    [InlineData("--device cuda:99", "device is 'cuda:99', but ")]
    [InlineData("--device gpu", "device is 'gpu', which is no device's name. Give auto, cpu, cuda, or cuda:0, cuda:1 and so on.")]
    [InlineData("--device cuda --precision int8",
        "--precision int8 is for searches on the CPU; on cuda they compute in float32. Leave --precision out, or give --device cpu.")]
    [InlineData("--device cuda:1 --precision bfloat16", "--precision bfloat16 is for searches on the CPU; on cuda:1 they compute in float32.")]
    [InlineData("--device cuda:99 --precision float32", "device is 'cuda:99', but ")]
    [InlineData("--threads 0", "--threads must be at least 1.")]
    [InlineData("--output x.zst", "'x.zst' would not be packed as its name says: only gzip is written. End its name in .gz, or in something else.")]
    [InlineData("--input {0} --output {0}",
        "given.txt' is both --input and --output: its sentences would be gone. Name another file for the translations.")]
    [InlineData("--output /dev/null", "'/dev/null' is a device. Name a file, or leave the option out.")]
    [InlineData("--output no/such/x", "'no/such/x' cannot be written: there is no folder '")]
    [InlineData("--input /dev", "--input names '/dev', which is a folder. Name a file.")]
    [InlineData("--no-repeat-ngram -1", "-1")]
    [InlineData("--force {0} --min-length 1", "--min-length is about a search, and --force searches for nothing. Leave it out.")]
    public async Task Translate_OptionsThatDoNotFit_AreRefused(string options, string problem)
    {
        var file = _folder.Write("given.txt", "");
        var refused = await Translate(Text, [.. options.Split(' ').Select(word => word == "{0}" ? file : word)]);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains(problem, refused.Errors, StringComparison.Ordinal);
        Assert.Equal((2, refused.Errors), await Translate("", [.. options.Split(' ').Select(word => word == "{0}" ? file : word)]) is var empty
            ? (empty.ExitCode, empty.Errors) : default);
    }

    [Fact]
    public async Task Translate_CharactersThatTheVocabularyLacks_SaysWhichLinesHaveThem()
    {
        using var small = new SomeRun(leavesOutBytes: true);
        var given = _folder.Write("given.txt", "you\nyou\n🙂\n");

        var translated = await CommandRun.WithInput("you\n🙂 you\n\n", "translate", "--checkpoint", small.Folder);
        var scored = await CommandRun.WithInput("you\n🙂 you\nyou\n", "translate", "--checkpoint", small.Folder, "--force", given);

        Assert.Equal((0, 3), (translated.ExitCode, translated.Lines.Length));
        const string Lacks = "has characters that the model's vocabulary lacks";
        Assert.Equal([$"Line 2 {Lacks}: what they are is not translated."],
            translated.Complaints.Split(Environment.NewLine).Where(line => line.Contains(Lacks, StringComparison.Ordinal)));
        Assert.Equal(
            [$"Line 2 {Lacks}: its score is that of any others in their place.",
                $"Line 3 of '{given}' {Lacks}: its score is that of any others in their place."],
            scored.Complaints.Split(Environment.NewLine).Where(line => line.Contains(Lacks, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Translate_InputThatIsNotUtf8_FailsWithItsLine()
    {
        using var input = new StreamReader(new MemoryStream([.. "good\n"u8, 0xE4, (byte)'\n']), new UTF8Encoding(false, throwOnInvalidBytes: true));

        var translated = await CommandRun.WithInput(input, "translate", "--checkpoint", run.Folder);

        Assert.Equal(1, translated.ExitCode);
        Assert.Equal("Standard input is not valid UTF-8 in line 1 or soon after it. Convert it, for example with iconv.", translated.Complaints);
    }

    [Theory]
    [InlineData("--beam", "0")]
    [InlineData("--beam", "many")]
    [InlineData("--length-penalty", "-1")]
    [InlineData("--length-normalization", "other")]
    public async Task Translate_WrongOption_IsWrongUsage(string option, string value)
    {
        var refused = await Translate(Text, option, value);

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains(option, refused.Errors, StringComparison.Ordinal);
    }

    private Task<CommandRun> Translate(string input, params string[] more) =>
        CommandRun.WithInput(input, ["translate", "--checkpoint", run.Folder, .. more]);
}
