using DistTrain.Shared.Runs;
using ScottPlot;

namespace DistTrain.Cli.Watching;

/// <summary>Draws how a phase was trained, as pictures.</summary>
internal static class PhasePlots
{
    private const int Width = 1000, PanelHeight = 300;

    /// <summary>
    /// One PNG for each phase of which there is a finite value: panels of loss, of what validation measured, of the learning rate and of the speed,
    /// by step.
    /// </summary>
    /// <param name="lines">Of <see cref="MetricsFile"/>.</param>
    /// <returns>The files.</returns>
    public static IReadOnlyList<string> Draw(IReadOnlyList<MetricsLine> lines, string folder)
    {
        Directory.CreateDirectory(folder);
        return [.. lines.GroupBy(line => line.Phase).Select(phase => (Name: phase.Key, Panels: PhaseCurves.Panels([.. phase])))
            .Where(phase => phase.Panels.Count > 0).Select(phase =>
        {
            var file = Path.Combine(folder, $"{phase.Name}.png");
            Draw(phase.Name, phase.Panels, file);
            return file;
        })];
    }

    private static void Draw(string phase, IReadOnlyList<PhaseCurves.Panel> panels, string file)
    {
        var last = panels.Max(panel => panel.Curves.Max(curve => curve.Points[^1].Step));
        var picture = new Multiplot();
        picture.AddPlots(panels.Count);
        // One column of panels with the same axis, so that the same step lies below itself.
        picture.Layout = new ScottPlot.MultiplotLayouts.Rows();
        foreach (var (plot, panel) in picture.GetPlots().Zip(panels))
        {
            foreach (var curve in panel.Curves)
            {
                var (steps, values) = (curve.Points.Select(point => (double)point.Step).ToArray(),
                    curve.Points.Select(point => point.Value).ToArray());
                (curve.Measured ? plot.Add.Scatter(steps, values) : plot.Add.ScatterLine(steps, values)).LegendText = curve.Name;
            }
            plot.Title(panel == panels[0] ? $"Phase {phase}" : "");
            plot.YLabel(panel.Quantity);
            plot.XLabel(panel == panels[^1] ? "Step" : "");
            // Beside the axes: inside them it would lie on the curves.
            plot.ShowLegend(Edge.Right);
            plot.Layout.Fixed(new PixelPadding(left: 90, right: 200, bottom: 45, top: 40));
            plot.Axes.SetLimitsX(0, last);
        }
        picture.SavePng(file, Width, PanelHeight * panels.Count);
    }
}
