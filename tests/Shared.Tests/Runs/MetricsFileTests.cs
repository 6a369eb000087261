using System.Text.Json;
using DistTrain.Shared.Protocol;
using DistTrain.Shared.Runs;
using DistTrain.TestSupport.Processes;

namespace DistTrain.Shared.Tests.Runs;

/// <summary>metrics.jsonl has each step and each validation once, whoever is killed and whatever is trained again.</summary>
public sealed class MetricsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File => Path.Combine(_folder.Path, MetricsFile.FileName);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Add_StepsAndValidations_AreReadBackByName()
    {
        new MetricsFile(_folder.Path).Add([Step(1, 1, double.NaN), Validation(1, 1)]);

        var lines = System.IO.File.ReadAllLines(File).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(["step", "validation"], lines.Select(line => line.GetProperty("event").GetString()));
        Assert.Equal(JsonValueKind.Null, lines[0].GetProperty("loss").ValueKind);
        Assert.Equal(
            ["at", "event", "phase", "generation", "step", "loss", "tokens_per_second", "workers", "units", "tokens", "gradient_norm",
                "learning_rate", "skipped", "metrics"],
            lines[0].EnumerateObject().Select(property => property.Name));
        Assert.Equal(39.661234567, lines[1].GetProperty("metrics").GetProperty("bleu").GetDouble());
        Assert.Equal(["at", "event", "phase", "generation", "step", "metrics", "seconds"],
            lines[1].EnumerateObject().Select(property => property.Name));
        Assert.Equal((1L, 39.661234567), MetricsFile.Read(_folder.Path)[1] is var read ? (read.Number, read.Metrics["bleu"]) : default);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Add_ToldAgain_IsLeftOut(bool restarted)
    {
        var file = new MetricsFile(_folder.Path);
        file.Add([Step(1), Step(2), Validation(2)]);

        if (restarted) file = new MetricsFile(_folder.Path);
        file.Add([Step(1), Step(2), Step(3)]);
        file.Add([Validation(2)]);

        AssertSteps("1 2 v2 3");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Add_TrainedAgainFromACheckpoint_ReplacesWhatCameAfterIt(bool restarted)
    {
        var file = new MetricsFile(_folder.Path);
        file.Add([Step(1), Step(2), Validation(2), Step(3), Step(4), Validation(4)]);

        if (restarted) file = new MetricsFile(_folder.Path);
        file.Add([Step(3, generation: 2), Step(4, generation: 2)]);
        file.Add([Validation(4, generation: 2)]);

        AssertSteps("1 2 v2 3' 4' v4'");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Add_ComesLate_IsPutInItsPlaceOnce(bool restarted)
    {
        var file = new MetricsFile(_folder.Path);
        file.Add([Step(1), Step(2), Step(5), Step(6), Validation(6), Step(1) with { Phase = "align" }]);

        for (var told = 0; told < 2; told++)
        {
            if (restarted) file = new MetricsFile(_folder.Path);
            file.Add([Step(3), Step(4)]);
            file.Add([Validation(2)]);
        }
        file.Add([Step(2) with { Phase = "align" }]);

        AssertSteps("1 2 v2 3 4 5 6 v6 1 2");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Add_ValidationBeforeItsSteps_StandsBehindThemAndCostsNoneLater(bool restarted)
    {
        var file = new MetricsFile(_folder.Path);
        file.Add([Step(1), Step(2)]);
        file.Add([Validation(6)]);
        foreach (var step in new[] { 3, 4, 5, 6 })
        {
            if (restarted) file = new MetricsFile(_folder.Path);
            file.Add([Step(step)]);
        }
        Assert.Equal(6, file.NewestStep("pretrain")!.Step);
        AssertSteps("1 2 3 4 5 6 v6");

        file.Add([Step(5, generation: 2)]);

        AssertSteps("1 2 3 4 5'");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Add_ValidationOfANewGenerationBeforeItsSteps_KeepsNoneOfTheFormer(bool restarted)
    {
        var file = new MetricsFile(_folder.Path);
        file.Add([Step(1), Step(2), Step(3), Step(4), Step(5), Step(6)]);
        file.Add([Validation(7, generation: 2)]);
        foreach (var step in new[] { 5, 6, 7, 8 })
        {
            if (restarted) file = new MetricsFile(_folder.Path);
            file.Add([Step(step, generation: 2)]);
        }

        AssertSteps("1 2 3 4 5' 6' 7' v7' 8'");
    }

    [Fact]
    public void Add_TrainedAgainFromTheStart_KeepsTheStartsValidation()
    {
        var file = new MetricsFile(_folder.Path);
        file.Add([Validation(0), Step(1), Step(2)]);
        file.Add([Validation(0, generation: 2), Step(1, generation: 2)]);

        AssertSteps("v0 1'");
    }

    [Fact]
    public void Add_NextPhase_CountsItsOwnSteps()
    {
        var file = new MetricsFile(_folder.Path);
        file.Add([Step(1), Step(2)]);
        file.Add([Step(1, generation: 2) with { Phase = "align" }]);

        AssertSteps("1 2 1'");
    }

    [Fact]
    public void Add_WriterDiedInALine_GoesOnAfterTheLastWholeOne()
    {
        new MetricsFile(_folder.Path).Add([Step(1), Step(2)]);
        System.IO.File.WriteAllText(File, System.IO.File.ReadAllText(File)[..^20]);

        new MetricsFile(_folder.Path).Add([Step(2), Step(3)]);

        AssertSteps("1 2 3");
    }

    [Fact]
    public void Add_FileOfSomethingElse_IsRefusedWithItsLine()
    {
        System.IO.File.WriteAllText(File, "hello\n");

        Assert.Contains($"Line 1 of '{File}'", Assert.Throws<InvalidDataException>(() => new MetricsFile(_folder.Path).Add([Step(1)])).Message,
            StringComparison.Ordinal);
    }

    private void AssertSteps(string expected) => Assert.Equal(expected, string.Join(' ', MetricsFile.Read(_folder.Path)
        .Select(line => $"{(line.Event == MetricsLine.Validation ? "v" : "")}{line.Number}{(line.Generation > 1 ? "'" : "")}")));

    private static MetricsLine Step(long step, int generation = 1, double loss = 1.5) => MetricsLine.Of(
        "pretrain", generation, 2, new StepRecord(step, loss, 100, 100, 1000, 0.5, 0.001, false, new Dictionary<string, double> { ["nll"] = 1.25 }),
        DateTimeOffset.UnixEpoch);

    private static MetricsLine Validation(long step, int generation = 1) => MetricsLine.Of(
        generation, new ValidationRecord("pretrain", step, new Dictionary<string, double> { ["bleu"] = 39.661234567 }, [], 1.5),
        DateTimeOffset.UnixEpoch);
}
