using DistTrain.Coordinator.Jobs.State;
using DistTrain.Shared.Datasets;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Jobs;

/// <summary>The ledger: makes the events that tell of each step once. Pure.</summary>
public static class StepCommits
{
    /// <param name="steps">Of the job's phase; those that the journal has are left out.</param>
    /// <returns>An event for each run of steps that follow each other: one, unless a report was lost.</returns>
    public static IReadOnlyList<JobEvents.StepsCommitted> Of(JobState job, int generation, IEnumerable<StepRecord> steps, DateTimeOffset now)
    {
        var events = new List<JobEvents.StepsCommitted>();
        foreach (var step in steps.Where(step => !job.Ledger.Holds(step.Step)).DistinctBy(step => step.Step).OrderBy(step => step.Step))
        {
            var digest = step.ExamplesDigest is { } sum ? ExampleDigest.OfStep(step.Step, sum) : (long?)null;
            if (events is [.., var last] && last.Step == step.Step - 1)
                events[^1] = last with
                {
                    Step = step.Step, Loss = step.Loss, Examples = last.Examples + step.Examples, Digest = (last.Digest + digest) & uint.MaxValue,
                };
            else events.Add(new(now, generation, step.Step, step.Loss, step.Step, step.Examples, digest));
        }
        return events;
    }
}
