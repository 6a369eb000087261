using System.Globalization;
using DistTrain.Shared.Metrics;
using DistTrain.Shared.Protocol;

namespace DistTrain.Cli.Watching;

/// <summary>Plain lines, for a pipe or a file.</summary>
public sealed class PlainView(TextWriter output, TimeProvider clock) : IJobView
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private DateTimeOffset _last = DateTimeOffset.MinValue;

    public void Note(string text) => output.WriteLine(text);

    public void Reach(JobId job, string seed, string reach) => Note(ViewText.Reach(job, reach));

    public void Interrupted(string command) => Note(ViewText.Interrupted(command));

    public void Left(JobId job, string command) => Note(ViewText.Left(job, command));

    public void Show(JobsProtocol.FeedItem item)
    {
        if (item.Event is { } line) output.WriteLine($"{item.Phase} {line.Text}".TrimStart());
        if (item.Validation is { } validation) output.WriteLine(ViewText.Validation(validation));
        if (item.Step is not { } step) return;
        var now = clock.GetUtcNow();
        if (now - _last < Interval && step.Step != 1 && step.Step != item.TotalSteps) return;
        _last = now;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{item.Phase} step {step.Step}/{item.TotalSteps}  loss {MetricText.Number(step.Loss)}  {step.TokensPerSecond:F0} tokens/s  " +
                $"{MetricText.Count(item.Workers, "worker")}"));
    }

    public void End(JobsProtocol.JobStatus status, IReadOnlyList<ValidationRecord> history)
    {
        foreach (var line in ViewText.Summary(status, history)) output.WriteLine(line);
    }
}
