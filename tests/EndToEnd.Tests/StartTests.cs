using System.Text.Json;
using DistTrain.TestSupport.Processes;

namespace DistTrain.EndToEnd.Tests;

/// <summary>Jobs that start from what others have trained: a finished run, an average, another job's checkpoint.</summary>
public sealed class StartTests : IDisposable
{
    private const string Data =
        "data: { train: \"sample:polite-en-zh/train\", validation: \"sample:polite-en-zh/validation\", source: en, target: zh }";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Start_FromARunAnAverageAndAnotherJob_GoesOnWithTheirModel()
    {
        var (finished, trained) = await Run(_folder.Write("base.yaml", TinyJob.Yaml(name: "base", steps: 60)));
        var run = Path.Combine(_folder.Path, "runs", "base");
        var averaged = Path.Combine(_folder.Path, "averaged");
        var (code, average) = await DistTrainProcess.Run(null, "average", "--checkpoint", run, "--out", averaged);
        await using (average) Assert.True(code == 0, average.Describe());

        // From a run: model and tokenizer are its own, and so is the loss that it begins with.
        var (tuned, steps) = await Run(_folder.Write("tune.yaml", $"name: tune\nstart: runs/base\nphases:\n{Supervised("tune", 20)}"));
        Assert.InRange(steps[0].Loss, 0, trained[0].Loss - 1);
        Assert.Contains($"It starts from checkpoint {Text(finished, "checkpoint")}.", Stored(tuned), StringComparison.Ordinal);
        Assert.Equal(File.ReadAllText(Path.Combine(Text(finished, "checkpoint"), "vocab.json")),
            File.ReadAllText(Path.Combine(Text(tuned, "checkpoint"), "vocab.json")));

        // From an average, which is then dpo's reference: the loss begins with ln 2.
        var align = _folder.Write("align.yaml", $"name: align\nstart: averaged\nphases:\n{Dpo}");
        var (aligned, pairs) = await Run(align);
        Assert.Equal(Math.Log(2), pairs[0].Loss, 1e-4);
        Assert.StartsWith("align-", Text(aligned, "job"), StringComparison.Ordinal);

        // From another job of the same coordinator, by its id, with its optimizer.
        var (again,
            more) = await Run(
                _folder.Write("again.yaml", $"name: tune\nstart: {{ checkpoint: nowhere, optimizer: keep }}\nphases:\n{Supervised("more", 10)}\n" +
                    $"{Supervised("other", 10, "more")}"), "--start", Text(tuned, "job"));
        Assert.InRange(more[0].Loss, 0, trained[0].Loss - 1);
        Assert.Equal("completed", Text(again, "event"));
        Assert.True(
            File.Exists(Path.Combine(_folder.Path, "runs", "tune", "jobs", Text(again, "job"), "checkpoints", "start", "optimizer.safetensors")));

        // What does not fit is refused before anything starts.
        var (refused, wrong) = await DistTrainProcess.Run(null, "run",
            _folder.Write("wrong.yaml", $"name: wrong\nstart: runs/base\nmodel: {{ d_model: 64 }}\nphases:\n{Supervised("tune", 20)}"), "--runs",
            Path.Combine(_folder.Path, "runs"));
        await using var _ = wrong;
        Assert.True(refused == 2, wrong.Describe());
        Assert.Contains("wrong.yaml:3: model.d_model is 64, but the checkpoint ", wrong.Errors, StringComparison.Ordinal);
    }

    private static string Supervised(string name, int steps, string? from = null) => $$"""
          - name: {{name}}
            type: supervised
            {{(from is null ? "" : $"from: {from}")}}
            {{Data}}
            batch_tokens: 600
            steps: {{steps}}
            optimizer: { schedule: constant, learning_rate: 0.0002 }
            validate: { metric: loss, beam: 1, max_sentences: 5, tokenize: zh }
        """;

    private static string Dpo => """
          - name: align
            type: dpo
            data: { train: "sample:polite-en-zh/preferences", validation: "sample:polite-en-zh/preferences-validation" }
            batch_tokens: 600
            steps: 5
            optimizer: { schedule: constant, learning_rate: 0.0002 }
            validate: { metric: accuracy }
        """;

    private async Task<(JsonElement End, IReadOnlyList<(string Phase, int Step, double Loss, int Workers, int Generation)> Steps)> Run(string file,
        params string[] options)
    {
        var (code, run) = await DistTrainProcess.Run(null,
            ["run", file, "--workers", "1", "--runs", Path.Combine(_folder.Path, "runs"), "--json", .. options]);
        await using var _ = run;
        Assert.True(code == 0, run.Describe());
        return (run.Events[^1].Clone(), [.. RunTests.Steps(run)]);
    }

    /// <summary>What the coordinator's log says of a job's submission.</summary>
    private string Stored(JsonElement end) =>
        Directory.GetFiles(Path.Combine(_folder.Path, "runs"), "coordinator-*.jsonl", SearchOption.AllDirectories).SelectMany(File.ReadLines)
        .First(line => line.Contains(Text(end, "job"), StringComparison.Ordinal) && line.Contains("The job is stored", StringComparison.Ordinal));

    private static string Text(JsonElement line, string name) => RunTests.Text(line, name);
}
