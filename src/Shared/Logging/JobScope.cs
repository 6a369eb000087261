using System.Collections;
using Microsoft.Extensions.Logging;

namespace DistTrain.Shared.Logging;

/// <summary>Gives log lines the properties by which a job's lines are found: Job, Phase, Generation, Step, Worker.</summary>
public static class JobScope
{
    /// <summary>Lines written until the result is disposed carry the properties that are given.</summary>
    public static IDisposable? ForJob(
        this ILogger log, string job, string? phase = null, int? generation = null, long? step = null, string? worker = null)
    {
        var properties = new List<KeyValuePair<string, object?>>(5) { new("Job", job) };
        if (phase is not null) properties.Add(new("Phase", phase));
        if (generation is not null) properties.Add(new("Generation", generation));
        if (step is not null) properties.Add(new("Step", step));
        if (worker is not null) properties.Add(new("Worker", worker));
        return log.BeginScope(properties);
    }

    /// <summary>
    /// Lines written until the result is disposed carry, beside what they carry already, the step of the moment in which they are written.
    /// </summary>
    public static IDisposable? ForStep(this ILogger log, Func<long> step) => log.BeginScope(new StepNow(step));

    private sealed class StepNow(Func<long> step) : IEnumerable<KeyValuePair<string, object?>>
    {
        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
        {
            yield return new("Step", step());
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
