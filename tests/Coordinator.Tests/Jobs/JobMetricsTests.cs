using DistTrain.Coordinator.Jobs;
using DistTrain.Coordinator.Jobs.State;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Protocol;
using DistTrain.Shared.Runs;
using DistTrain.TestSupport.Processes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace DistTrain.Coordinator.Tests.Jobs;

public sealed class JobMetricsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly JobState _job;

    public JobMetricsTests() => _job = JobState
        .From(new(Some.Time, Some.Id, JobSpecWriter.ToJson(Some.Spec), "/data", _folder.Path))
        .Apply(new JobEvents.DataPrepared(Some.Time, Some.Data))
        .Apply(new JobEvents.PhaseStarted(Some.Time, 0, Some.First, null));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Newest_AfterARestart_IsWhatTheFileHas()
    {
        Assert.Null(Metrics().Newest(NullLogger.Instance, _job));
        var step = Some.Step(7) with { Metrics = new Dictionary<string, double> { ["nll"] = 1.25 }, GradientNorm = double.NaN };
        Metrics().Take(NullLogger.Instance, _job, [Some.Step(6), step]);

        var newest = Metrics().Newest(NullLogger.Instance, _job)!;

        Assert.Equal(step with { Metrics = newest.Metrics }, newest);
        Assert.Equal(step.Metrics, newest.Metrics);
    }

    [Fact]
    public void Newest_FileThatIsNone_IsNotKnown()
    {
        _folder.Write(MetricsFile.FileName, "no line\n");

        Assert.Null(Metrics().Newest(NullLogger.Instance, _job));
    }

    private static JobMetrics Metrics() => new(new FakeTimeProvider(Some.Time));
}
