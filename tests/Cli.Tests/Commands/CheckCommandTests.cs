using System.Text.Json;
using DistTrain.TestSupport;
using DistTrain.TestSupport.Processes;

namespace DistTrain.Cli.Tests.Commands;

public sealed class CheckCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Check_SampleJob_IsInOrder()
    {
        var check = await CommandRun.Of("check", Path.Combine(Repository.Root, "deploy", "jobs", "sample.yaml"));

        Assert.Equal((0, "", "sample.yaml is in order: job sample-en-zh, pretrain (supervised), then align (dpo)."),
            (check.ExitCode, check.Errors, Assert.Single(check.Lines)));
    }

    [Fact]
    public async Task Check_Mistakes_AreAllNamedWithTheirLines()
    {
        var check = await CommandRun.Of("check", Wrong());

        Assert.Equal((2, ""), (check.ExitCode, check.Output));
        Assert.Equal(["wrong.yaml:1", "wrong.yaml:2", "wrong.yaml:3"],
            check.Errors.Trim().Split(Environment.NewLine).Select(line => line[..line.IndexOf(": ", StringComparison.Ordinal)]));
    }

    [Fact]
    public async Task Check_MistakesAsJson_OneLineEach()
    {
        var check = await CommandRun.Of("check", Wrong(), "--json");

        var problems = check.Lines.Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(2, check.ExitCode);
        Assert.Equal(["colour", "phases[0].batch_tokens", "phases[0].data.train"],
            problems.Select(problem => problem.GetProperty("path").GetString()));
        Assert.Equal([1, 2, 3], problems.Select(problem => problem.GetProperty("line").GetInt32()));
        Assert.All(problems, problem => Assert.Equal("error", problem.GetProperty("severity").GetString()));
    }

    [Fact]
    public async Task Check_KeyThatDoesNothing_IsAWarningInBothForms()
    {
        const string Warning = "phases[0].validate.beam does nothing: the phase translates nothing. Name a translation set under " +
            "validate.translations, or remove the key.";
        var job = Idle();

        var text = await CommandRun.Of("check", job);
        Assert.Equal((0, $"idle.yaml:3: warning: {Warning}"), (text.ExitCode, text.Errors.Trim()));

        var json = await CommandRun.Of("check", job, "--json");
        Assert.Equal(0, json.ExitCode);
        var warning = JsonDocument.Parse(json.Lines[0]).RootElement;
        Assert.Equal(
            ("warning", "idle.yaml", 3, "phases[0].validate.beam", Warning),
            (Text("severity"), Text("file"), warning.GetProperty("line").GetInt32(), Text("path"), Text("message")));
        Assert.Equal("idle", JsonDocument.Parse(json.Lines[1]).RootElement.GetProperty("name").GetString());

        string Text(string name) => warning.GetProperty(name).GetString()!;
    }

    [Fact]
    public async Task Run_KeyThatDoesNothing_IsToldBeforeAnythingStarts()
    {
        // Where the folder of the run is to be, there is a file: the run ends before it starts a process.
        var run = await CommandRun.Of("run", Idle(), "--workers", "1", "--runs", _folder.Write("taken", ""));

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("idle.yaml:3: warning: phases[0].validate.beam does nothing", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("check", "--data")]
    [InlineData("check", "--start")]
    [InlineData("run", "--data")]
    [InlineData("submit", "--data")]
    [InlineData("submit", "--start")]
    public async Task AnyCommand_EmptyPath_IsRefusedInASentence(string command, string option)
    {
        var run = await CommandRun.Of(command, Idle(), option, "");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"{option} is empty. Give a path, or leave the option out.", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_DataFolder_IsWhereDataAreLookedFor()
    {
        var job = _folder.Write("jobs/a.yaml", "name: a\nphases: [{ name: b, type: supervised, steps: 1, data: { train: c.tsv } }]");
        _folder.Write("data/c.tsv", "a\tb\n");

        Assert.Contains("there is no file", (await CommandRun.Of("check", job)).Errors, StringComparison.Ordinal);
        // What is found there is read.
        var found = await CommandRun.Of("check", job, "--data", Path.Combine(_folder.Path, "data"));
        Assert.Equal(2, found.ExitCode);
        Assert.Contains("c.tsv: tokenizer.vocab_size is 8000, but this text gives a vocabulary of at most ", found.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_Data_TellsWhatTrainingWouldUseAndLeavesNothing()
    {
        var job = _folder.Write("mix.yaml", """
            name: mix
            tokenizer: { vocab_size: 262 }
            phases:
              - { name: first, type: supervised, epochs: 3, batch_tokens: 100, data: { train: a.tsv, weight: 2, validation: v.tsv, max_length: 12, more: [{ train: b.tsv }] }, optimizer: { warmup_steps: 1 } }
              - { name: second, type: dpo, steps: 7, data: { train: p.tsv }, optimizer: { schedule: constant, learning_rate: 1e-5 } }
            """);
        _folder.Write("a.tsv",
            "a house\teinhaus\n" + string.Concat(Enumerable.Repeat("a b c d e f g h i j k l m n o p q r s t\tein zu langer Satz\n", 2)));
        _folder.Write("b.tsv", string.Concat(Enumerable.Repeat("the car\tein wagen\n", 9)));
        _folder.Write("v.tsv", "a car\tein wagen\n");
        _folder.Write("p.tsv", "a car\tein wagen\tein car\n");
        var before = (Directory.GetFiles(_folder.Path), Directory.GetDirectories(Path.GetTempPath(), "disttrain-check-*"));

        var text = await CommandRun.Of("check", job, "--data");

        Assert.Equal(0, text.ExitCode);
        Assert.Contains("Tokenizer: 262 entries, trained on 'a.tsv', 'b.tsv'.", text.Lines);
        Assert.Contains(text.Lines,
            line => line.StartsWith("Phase 'first', training data 'a.tsv': 1 examples, ", StringComparison.Ordinal)
                && line.EndsWith("left out 2 longer than 12 tokens.", StringComparison.Ordinal));
        Assert.Contains("Phase 'first', an epoch: 1 examples of 'a.tsv' 2 times (18.2 %), 9 examples of 'b.tsv' 1 times (81.8 %).", text.Lines);
        Assert.Contains(text.Lines,
            line => line.StartsWith("Phase 'first', training data 'a.tsv': examples within 16 tokens 33.3 %, ", StringComparison.Ordinal)
                && line.EndsWith("100.0 %.", StringComparison.Ordinal));
        Assert.Contains(text.Lines, line => line.StartsWith("Phase 'second': 7 steps, 7 epochs of 1 step.", StringComparison.Ordinal));
        Assert.Equal("mix.yaml: warning: Phase 'first': 2 of 3 examples of the training data 'a.tsv' are left out, 2 longer than 12 tokens. Raise " +
            "data.max_length, or write data.too_long: cut to train on their beginnings. Are these sentences, one a record?", text.Errors.Trim());

        var json = (await CommandRun.Of("check", job, "--json", "--data", _folder.Path)).Lines.Select(line => JsonDocument.Parse(line).RootElement)
            .ToList();
        Assert.Equal(262, json[1].GetProperty("vocabulary_size").GetInt32());
        Assert.Equal(["a.tsv", "b.tsv", "v.tsv", "v.tsv", "p.tsv"], json[2..7].Select(set => set.GetProperty("path").GetString()));
        Assert.Equal((2, 3, 1, 2.0),
            (json[2].GetProperty("left_out").GetProperty("too_long").GetInt32(), json[2].GetProperty("encoded").GetInt32(),
                json[2].GetProperty("lengths").GetProperty("16").GetInt32(), json[2].GetProperty("weight").GetDouble()));
        Assert.Equal([3 * json[7].GetProperty("steps_per_epoch").GetInt64(), 7], json[7..].Select(phase => phase.GetProperty("steps").GetInt64()));

        Assert.Equal(before.Item1, Directory.GetFiles(_folder.Path));
        Assert.Equal(before.Item2, Directory.GetDirectories(Path.GetTempPath(), "disttrain-check-*"));
    }

    [Fact]
    public async Task Check_DataOfAnotherKind_NamesFileLineAndReasonAndLeavesNothing()
    {
        var job = _folder.Write("bad.yaml", "name: a\nphases: [{ name: b, type: supervised, steps: 9000, data: { train: c.tsv } }]");
        _folder.Write("c.tsv", "a\tb\nonly one\n");
        var before = Directory.GetDirectories(Path.GetTempPath(), "disttrain-check-*");

        var check = await CommandRun.Of("check", job, "--data");

        Assert.Equal(2, check.ExitCode);
        Assert.StartsWith(Path.Combine(_folder.Path, "c.tsv") + ":2: ", check.Errors, StringComparison.Ordinal);
        Assert.Equal(before, Directory.GetDirectories(Path.GetTempPath(), "disttrain-check-*"));
    }

    [Fact]
    public async Task Check_StartByTheIdOfAJob_IsTakenWithAWarning()
    {
        var job = _folder.Write("tune.yaml",
            "name: tune\nstart: base-20260102-030405\nphases: [{ name: b, type: supervised, steps: 9000, data: { train: " +
                "'sample:polite-en-zh/train' } }]\n");

        var check = await CommandRun.Of("check", job, "--runs", _folder.Path);

        Assert.Equal((0, 1), (check.ExitCode, check.Lines.Length));
        Assert.StartsWith("tune.yaml:2: warning: start is 'base-20260102-030405', which is not here.", check.Errors, StringComparison.Ordinal);
        // A job of that folder which is there is looked at.
        Directory.CreateDirectory(Path.Combine(_folder.Path, "tune", "jobs", "base-20260102-030405"));
        Assert.Contains("no checkpoint can be taken from there", (await CommandRun.Of("check", job, "--runs", _folder.Path)).Errors,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_NoFile_IsRefused()
    {
        var check = await CommandRun.Of("check", Path.Combine(_folder.Path, "none.yaml"));

        Assert.Equal(2, check.ExitCode);
        Assert.Contains("There is no job file", check.Errors, StringComparison.Ordinal);
    }

    private string Idle()
    {
        _folder.Write("a.tsv", "a\tb\n");
        return _folder.Write("idle.yaml",
            "name: idle\nphases: [{ name: b, type: supervised, steps: 5000, data: { train: a.tsv },\n  validate: { beam: 5 } }]\n");
    }

    private string Wrong() => _folder.Write("wrong.yaml", """
        { name: a, colour: blue,
          phases: [{ name: b, type: supervised, steps: 1, batch_tokens: -4,
            data: { train: missing.tsv } }] }
        """);
}
