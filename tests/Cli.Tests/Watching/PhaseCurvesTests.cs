using DistTrain.Cli.Watching;
using DistTrain.Shared.Protocol;
using DistTrain.Shared.Runs;
using DistTrain.TestSupport.Processes;

namespace DistTrain.Cli.Tests.Watching;

/// <summary>What is drawn of a phase: each panel one quantity, training and validation on the same footing.</summary>
public sealed class PhaseCurvesTests
{
    [Fact]
    public void Panels_SupervisedPhase_CompareNllWithTheValidationLoss()
    {
        var panels = PhaseCurves.Panels(Supervised());

        Assert.Equal(["Loss, nats per token", "Score, 0 to 100", "Learning rate", "Target tokens/s"], panels.Select(panel => panel.Quantity));
        Assert.Equal([(1L, 1.25), (2, 1.25)], panels[0].Curves[0].Points);
        Assert.Equal([(2L, 1.0)], panels[0].Curves[1].Points);
        Assert.Equal(["BLEU"], panels[1].Curves.Select(curve => curve.Name));
    }

    [Fact]
    public void Panels_DpoPhase_HasAccuracyOfBoth()
    {
        var panels = PhaseCurves.Panels(
        [
            Step(1, new() { ["rewards/accuracies"] = 0.5 }),
            MetricsLine.Of(1,
                new ValidationRecord("pretrain", 1, new Dictionary<string, double> { ["loss"] = 0.69, ["accuracy"] = 0.6, ["share/polite"] = 0.4 },
                    [], 1)),
        ]);

        Assert.Equal(["Loss per pair", "Share of pairs", "Share of translations", "Learning rate", "Target tokens/s"],
            panels.Select(panel => panel.Quantity));
        Assert.Equal([(1L, 1.5)], panels[0].Curves[0].Points);
        Assert.Equal([0.5, 0.6], panels[1].Curves.Select(curve => curve.Points[0].Value));
    }

    [Fact]
    public void Draw_TwoPhases_WritesAPictureOfEach()
    {
        using var folder = new TemporaryFolder();

        var files = PhasePlots.Draw([.. Supervised(), .. Supervised().Select(line => line with { Phase = "align" })], folder.Path);

        Assert.Equal(["pretrain.png", "align.png"], files.Select(file => Path.GetFileName(file)));
        Assert.All(files, file => Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(file)[..4]));
    }

    [Fact]
    public void Draw_PhaseWithoutAFiniteValue_HasNoPicture()
    {
        using var folder = new TemporaryFolder();
        var empty = MetricsLine.Of(1, new ValidationRecord("pretrain", 0, new Dictionary<string, double> { ["loss"] = double.NaN }, [], 1));

        Assert.Empty(PhasePlots.Draw([empty], folder.Path));
    }

    private static List<MetricsLine> Supervised() =>
        [
            Step(1, new() { ["nll"] = 1.25 }),
            Step(2, new() { ["nll"] = 1.25 }),
            Step(3, new() { ["nll"] = double.NaN }),
            MetricsLine.Of(1, new ValidationRecord("pretrain", 2, new Dictionary<string, double> { ["loss"] = 1.0, ["bleu"] = 30 }, [], 1)),
        ];

    private static MetricsLine Step(long step, Dictionary<string, double> metrics) =>
        MetricsLine.Of("pretrain", 1, 2, new StepRecord(step, 1.5, 100, 100, 1000, 0.5, 0.001, false, metrics));
}
