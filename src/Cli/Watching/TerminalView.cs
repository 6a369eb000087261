using System.Globalization;
using DistTrain.Shared.Protocol;
using Spectre.Console;

namespace DistTrain.Cli.Watching;

/// <summary>Progress bars on a terminal, one a phase, with the events above them.</summary>
public sealed class TerminalView(IAnsiConsole console, ProgressContext progress) : IJobView
{
    private readonly Dictionary<string, ProgressTask> _bars = [];

    /// <summary>Shows what <paramref name="watch"/> tells the view, as long as it runs.</summary>
    public static Task<T> Run<T>(IAnsiConsole console, Func<IJobView, Task<T>> watch) => console.Progress()
        .AutoClear(false)
        .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
        .StartAsync(context => watch(new TerminalView(console, context)));

    public void Note(string text) => console.MarkupLineInterpolated($"[grey]{text}[/]");

    public void Show(JobsProtocol.FeedItem item)
    {
        if (item.Event is { } line) console.MarkupLineInterpolated($"[blue]{item.Phase}[/] {line.Text}");
        // A phase that stopped early is told by the event that completes it to have no further steps.
        if (_bars.TryGetValue(item.Phase, out var known)) known.MaxValue = Math.Max(1, item.TotalSteps);
        if (item.Validation is { } validation) console.MarkupLineInterpolated($"[green]{ViewText.Validation(validation)}[/]");
        if (item.Step is not { } step) return;
        if (!_bars.TryGetValue(item.Phase, out var bar)) bar = _bars[item.Phase] = progress.AddTask(item.Phase, maxValue: Math.Max(1, item.TotalSteps));
        bar.Value = step.Step;
        bar.Description = Markup.Escape(string.Create(CultureInfo.InvariantCulture,
            $"{item.Phase} {step.Step}/{item.TotalSteps} loss {step.Loss:F3} {step.TokensPerSecond:F0} tok/s {item.Workers} workers"));
    }

    public void End(JobsProtocol.JobStatus status, IReadOnlyList<ValidationRecord> history)
    {
        foreach (var line in ViewText.Summary(status, history)) console.WriteLine(line);
    }
}
