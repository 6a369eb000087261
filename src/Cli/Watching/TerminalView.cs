using DistTrain.Shared.Protocol;
using Spectre.Console;

namespace DistTrain.Cli.Watching;

/// <summary>The events of a job on a terminal, and below them a bar for the phase that is trained.</summary>
/// <param name="row">Where the bar is shown.</param>
/// <param name="colors">Whether the terminal has some.</param>
/// <param name="unicode">Whether it shows more than ASCII.</param>
public sealed class TerminalView(LiveRow row, bool colors, bool unicode) : IJobView
{
    private const int Blue = 34, Green = 32, Grey = 90, Yellow = 33;

    /// <summary>How a sentence that people must not overlook begins.</summary>
    private const string Warning = "Warning: ";

    private PhaseBar? _bar;

    /// <summary>Shows what <paramref name="watch"/> tells the view, as long as it runs.</summary>
    public static async Task<T> Run<T>(IAnsiConsole console, Func<IJobView, Task<T>> watch)
    {
        var profile = console.Profile;
        var row = new LiveRow(profile.Out.Writer, () => profile.Width);
        try
        {
            return await watch(new TerminalView(row, profile.Capabilities.ColorSystem != ColorSystem.NoColors, profile.Capabilities.Unicode));
        }
        finally
        {
            row.Keep();
        }
    }

    public void Note(string text) => row.Print(Colored(Grey, text));

    public void Reach(JobId job, string seed, string reach) => Note(ViewText.Reach(job, reach));

    public void Interrupted(string command) => Note(ViewText.Interrupted(command));

    public void Left(JobId job, string command) => Note(ViewText.Left(job, command));

    public void Show(JobsProtocol.FeedItem item)
    {
        // Where a phase begins, the bar of the one before stays where it is.
        if (_bar is not null && _bar.Phase != item.Phase)
        {
            row.Keep();
            _bar = null;
        }
        if (item.Event is { } line) row.Print($"{Colored(Blue, item.Phase)} {Marked(line.Text)}".TrimStart());
        if (item.Validation is { } validation) row.Print(Colored(Green, ViewText.Validation(validation)));
        if (item.Step is { } step) (_bar ??= new PhaseBar(item.Phase, unicode ? '━' : '#')).Take(step, item.Workers);
        if (_bar is null) return;
        _bar.TotalSteps = item.TotalSteps;
        row.Show(_bar.Row);
    }

    public void End(JobsProtocol.JobStatus status, IReadOnlyList<ValidationRecord> history)
    {
        row.Keep();
        foreach (var line in ViewText.Summary(status, history)) row.Print(line);
    }

    private string Marked(string text) => text.IndexOf(Warning, StringComparison.Ordinal) is >= 0 and var start
        ? text[..start] + Colored(Yellow, text[start..]) : text;

    private string Colored(int color, string text) => colors && text.Length > 0 ? $"\e[{color}m{text}\e[0m" : text;
}
