using DistTrain.Shared.Protocol;
using ScottPlot;

namespace DistTrain.Cli.Watching;

/// <summary>Draws a phase's loss, as it was watched, as a picture.</summary>
internal static class LossCurves
{
    /// <summary>One PNG for each phase: training loss by step, and validation loss where it was measured.</summary>
    /// <returns>The files.</returns>
    public static IReadOnlyList<string> Draw(IEnumerable<(string Phase, StepRecord Step)> steps, IReadOnlyList<ValidationRecord> validations, string folder)
    {
        Directory.CreateDirectory(folder);
        return steps.GroupBy(step => step.Phase).Select(phase =>
        {
            using var plot = new Plot();
            var trained = phase.Where(step => double.IsFinite(step.Step.Loss)).ToList();
            var curve = plot.Add.ScatterLine(trained.ConvertAll(step => (double)step.Step.Step), trained.ConvertAll(step => step.Step.Loss));
            curve.LegendText = "training";
            var validated = validations.Where(validation => validation.Phase == phase.Key && validation.Metrics.ContainsKey("loss")).ToList();
            if (validated.Count > 0)
            {
                var points = plot.Add.Scatter(validated.ConvertAll(validation => (double)validation.Step), validated.ConvertAll(validation => validation.Metrics["loss"]));
                points.LegendText = "validation";
            }
            plot.Title($"Phase {phase.Key}");
            plot.XLabel("Step");
            plot.YLabel("Loss");
            plot.ShowLegend();
            var file = Path.Combine(folder, $"{phase.Key}-loss.png");
            plot.SavePng(file, 960, 540);
            return file;
        }).ToList();
    }
}
