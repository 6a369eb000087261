using DistTrain.Cli.Terminal;
using DistTrain.Shared.Protocol;
using DistTrain.Shared.Runs;

namespace DistTrain.Cli.Watching;

/// <summary>One JSON object a line, for programs. Notes go to standard error.</summary>
public sealed class JsonView(TextWriter output, TextWriter errors) : IJobView
{
    public void Note(string text) => errors.WriteLine(text);

    public void Reach(JobId job, string seed, string reach) => Write(new { @event = "reach", job = job.Value, seed });

    public void Interrupted(string command) => Write(new { @event = "interrupted", command });

    public void Left(JobId job, string command) => Write(new { @event = "left", job = job.Value, command });

    public void Show(JobsProtocol.FeedItem item)
    {
        if (item.Step is { } step)
            output.WriteLine(MetricsLine.Of(item.Phase, item.Generation, item.Workers, step).ToJson());
        if (item.Validation is { } validation)
            output.WriteLine(MetricsLine.Of(item.Generation, validation).ToJson());
        if (item.Event is { } line) Write(new { @event = "log", at = line.At, kind = line.Event, text = line.Text });
    }

    public void End(JobsProtocol.JobStatus status, IReadOnlyList<ValidationRecord> history) => Write(new
    {
        @event = status.Status, job = status.Job.Value, checkpoint = status.Checkpoint,
        phases = status.Phases.Select(phase => new { name = phase.Name, steps = phase.Steps, loss = phase.Loss, metrics = phase.Metrics }),
        seconds = Math.Round(status.Seconds, 3), because = status.Because,
    });

    private void Write(object line) => output.WriteLine(JsonLine.Of(line));
}
