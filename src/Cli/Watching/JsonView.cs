using DistTrain.Shared.Protocol;

namespace DistTrain.Cli.Watching;

/// <summary>One JSON object a line, for programs. Notes go to standard error.</summary>
public sealed class JsonView(TextWriter output, TextWriter errors) : IJobView
{
    public void Note(string text) => errors.WriteLine(text);

    public void Show(JobsProtocol.FeedItem item)
    {
        if (item.Step is { } step)
            Write(new
            {
                @event = "step", phase = item.Phase, step = step.Step, loss = step.Loss, tokens_per_second = step.TokensPerSecond, workers = item.Workers,
                generation = item.Generation, units = step.Units, gradient_norm = step.GradientNorm, learning_rate = step.LearningRate, skipped = step.Skipped, metrics = step.Metrics,
            });
        if (item.Validation is { } validation)
            Write(new { @event = "validation", phase = validation.Phase, step = validation.Step, metrics = validation.Metrics, seconds = validation.Seconds });
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
