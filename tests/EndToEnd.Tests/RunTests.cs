using System.Text.Json;
using DistTrain.TestSupport.Processes;

namespace DistTrain.EndToEnd.Tests;

/// <summary><c>disttrain run</c> from a job file to a translation, with real processes.</summary>
public sealed class RunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_TwoPhases_TrainsAlignsAndTranslates()
    {
        var job = _folder.Write("tiny.yaml", TinyJob.Yaml(align: true, dropout: 0.1));
        var (code, run) = await DistTrainProcess.Run(null, "run", job, "--workers", "2", "--runs", _folder.Path, "--json");
        await using var _ = run;

        Assert.True(code == 0, run.Describe());
        var end = run.Events[^1];
        Assert.Equal("completed", Text(end, "event"));
        Assert.Equal([("pretrain", 60), ("align", 10)],
            end.GetProperty("phases").EnumerateArray().Select(phase => (Text(phase, "name"), phase.GetProperty("steps").GetInt32())));

        var steps = Steps(run).ToList();
        Assert.Equal(Enumerable.Range(1, 60), steps.Where(step => step.Phase == "pretrain").Select(step => step.Step));
        Assert.All(steps, step => Assert.Equal(2, step.Workers));
        Assert.True(steps[59].Loss < steps[0].Loss - 1, $"the loss went from {steps[0].Loss} to {steps[59].Loss}");
        Assert.Equal(Math.Log(2), steps.First(step => step.Phase == "align").Loss, 1e-4);

        var checkpoint = Text(end, "checkpoint");
        Assert.True(File.Exists(Path.Combine(checkpoint, "model.safetensors")));
        var (translated, translate) = await DistTrainProcess.Run("where are you ?\n\ndo you like tea ?\n", "translate", "--checkpoint", checkpoint,
            "--beam", "2");
        await using var __ = translate;
        Assert.True(translated == 0, translate.Describe());
        Assert.Equal(3, translate.Lines.Count);
        Assert.Equal("", translate.Lines[1]);
    }

    [Fact]
    public async Task Run_Log_TellsPlanDataWorkersPhasesAsProperties()
    {
        var job = _folder.Write("tiny.yaml", TinyJob.Yaml(steps: 10, checkpointEvery: 10));
        var (code, run) = await DistTrainProcess.Run(null, "run", job, "--workers", "2", "--runs", _folder.Path);
        await using var _ = run;
        Assert.True(code == 0, run.Describe());

        var lines = Directory.GetFiles(_folder.Path, "coordinator-*.jsonl", SearchOption.AllDirectories).SelectMany(File.ReadAllLines)
            .Select(line => JsonDocument.Parse(line).RootElement).ToList();
        foreach (var expected in new[] { "Worker {Worker} joined", "{Text}", "Data: {Text}" })
            Assert.Contains(lines, line => Text(line, "@mt").StartsWith(expected, StringComparison.Ordinal));
        var committed = lines.Single(line => line.TryGetProperty("Text", out var text)
            && text.GetString()!.StartsWith("Checkpoint of step 10", StringComparison.Ordinal));
        Assert.Equal("pretrain", Text(committed, "Phase"));
        Assert.Equal(1, committed.GetProperty("Generation").GetInt32());
        Assert.Equal(10, committed.GetProperty("Step").GetInt32());
        Assert.StartsWith("tiny-", Text(committed, "Job"), StringComparison.Ordinal);

        var worker = Directory.GetFiles(_folder.Path, "worker-1-*.jsonl", SearchOption.AllDirectories).SelectMany(File.ReadAllLines)
            .Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Contains(worker, line => line.TryGetProperty("Worker", out var name) && name.GetString() == "worker-1");
    }

    [Fact]
    public async Task Run_WrongJobFile_RefusesWithEveryProblem()
    {
        var job = _folder.Write("wrong.yaml", """
            name: wrong
            colour: blue
            model: { preset: tiny, dropout: much }
            phases:
              - name: pretrain
                type: supervised
                data: { train: missing.tsv }
                batch_tokens: -4
                steps: 10
              - name: align
                type: dpo
                data: { train: "sample:polite-en-zh/preferences" }
                loss: sigmund
                steps: 10
                optimizer: { schedule: constant, learning_rate: 0.0001 }
            """);
        var (code, run) = await DistTrainProcess.Run(null, "run", job, "--runs", _folder.Path);
        await using var _ = run;

        Assert.Equal(2, code);
        var problems = run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(5, problems.Length);
        foreach (var (line, place)
            in new[] { (2, "colour"), (3, "model.dropout"), (7, "phases[0].data.train"), (8, "phases[0].batch_tokens"), (13, "phases[1].loss") })
            Assert.Contains(problems,
                problem => problem.Contains($"wrong.yaml:{line}:", StringComparison.Ordinal) && problem.Contains(place, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_BadDataFiles_AreRefusedWithFileAndLine()
    {
        File.WriteAllBytes(Path.Combine(_folder.Path, "bad.tsv"), [.. "a\tb\n"u8, .. "c\td\n"u8, (byte)'e', 0xff, .. "\tf\n"u8]);
        _folder.Write("uneven.en", "one\ntwo\nthree\n");
        _folder.Write("uneven.de", "eins\nzwei\n");
        foreach (var (train, expected) in new[] { ("bad.tsv", "bad.tsv:3"), ("uneven", "uneven.de") })
        {
            var job = _folder.Write("job.yaml",
                TinyJob.Yaml(name: "bad-data").Replace("sample:polite-en-zh/train", train, StringComparison.Ordinal)
                    .Replace("source: en, target: zh", "source: en, target: de", StringComparison.Ordinal));
            var (code, run) = await DistTrainProcess.Run(null, "run", job, "--runs", _folder.Path, "--json");
            await using var _ = run;
            Assert.True(code == 2, run.Describe());
            Assert.Equal("failed", Text(run.Events[^1], "event"));
            Assert.Contains(expected, Text(run.Events[^1], "because"), StringComparison.Ordinal);
            Assert.Contains($"disttrain resume {Text(run.Events[^1], "job")}", run.Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Run_ShellWithSettingsOfAnotherCluster_IsNotMovedByThem()
    {
        var job = _folder.Write("tiny.yaml", TinyJob.Yaml(steps: 2));
        await using var run = DistTrainProcess.Start(
            new Dictionary<string, string>
            {
                ["DISTTRAIN_ConnectionString"] = "Host=db;Username=u;Password=p;Database=d", ["DISTTRAIN_Database"] = "postgresql",
                ["DISTTRAIN_Cluster__Host"] = "192.0.2.1",
                ["DISTTRAIN_Cluster__Seeds"] = "192.0.2.1:4053", ["DISTTRAIN_DataPort"] = "1", ["DISTTRAIN_Device"] = "none",
            },
            "run", job, "--workers", "1", "--runs", _folder.Path, "--json");

        Assert.True(await run.Ended() == 0, run.Describe());
        Assert.Equal("completed", Text(run.Events[^1], "event"));
    }

    internal static IEnumerable<(string Phase, int Step, double Loss, int Workers, int Generation)> Steps(DistTrainProcess run) => run.Events
        .Where(line => Text(line, "event") == "step")
        .Select(line =>
            (Text(line, "phase"), line.GetProperty("step").GetInt32(), line.GetProperty("loss").GetDouble(), line.GetProperty("workers").GetInt32(),
                line.GetProperty("generation").GetInt32()));

    internal static string Text(JsonElement line, string name) => line.GetProperty(name).GetString()!;
}
