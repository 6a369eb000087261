using DistTrain.Shared.Protocol;
using DistTrain.Worker.Training;
using Microsoft.Extensions.Time.Testing;

namespace DistTrain.Worker.Tests.Training;

public class StepReporterTests
{
    [Fact]
    public void Add_ManyStepsInAShortTime_AreReportedTogetherAndNoneIsLost()
    {
        var (clock, batches) = (new FakeTimeProvider(), new List<int>());
        var listener = new RecordingListener { OnSteps = steps => batches.Add(steps.Count) };
        var reporter = new StepReporter(listener, clock);
        for (var step = 1; step <= 10; step++)
        {
            reporter.Add(Step(step));
            clock.Advance(TimeSpan.FromMilliseconds(200));
        }
        reporter.Flush();
        reporter.Flush();
        Assert.Equal([1, 3, 3, 3], batches);
        Assert.Equal(Enumerable.Range(1, 10).Select(step => (long)step), listener.Steps.Select(step => step.Step));
    }

    private static StepRecord Step(long step) => new(step, 1, 1, 1, 1, 1, 1, false, new Dictionary<string, double>());
}
