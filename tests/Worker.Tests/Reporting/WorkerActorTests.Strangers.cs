using Akka.Actor;
using DistTrain.Shared.Datasets.Preparation;
using DistTrain.Shared.Protocol;

namespace DistTrain.Worker.Tests.Reporting;

/// <summary>What others than its own coordinator tell a worker.</summary>
public sealed partial class WorkerActorTests
{
    [Fact]
    public void Stranger_SaysWhatItLikes_NothingOfItCounts()
    {
        Train();
        _worker.Tell(new RosterProtocol.HelloReceived("stranger", "another journal"), _stranger);
        _worker.Tell(new TrainingProtocol.ReportReceived(Start.Job, 3, 1), _stranger);
        _worker.Tell(new TrainingProtocol.StopGeneration(Start.Job, 3, "evil"), _stranger);
        _worker.Tell(new TrainingProtocol.StopGeneration(new("job-2"), 9, "evil"), _stranger);

        // The report comes again: it was neither acknowledged nor kept for a coordinator of another journal.
        Assert.Equal(1, Fish<TrainingProtocol.GenerationStarted>().Sequence);
        _worker.Tell(new TrainingProtocol.StopGeneration(Start.Job, 3, "enough"), TestActor);
        Assert.Equal("job-1", Fish<TrainingProtocol.GenerationStopped>().Job.Value);
        _worker.Tell(Of("job-2"), TestActor);
        Assert.Equal("job-2", FishForMessage<TrainingProtocol.GenerationStarted>(started => started.Job.Value != "job-1", Patience).Job.Value);
    }

    [Fact]
    public void StartGeneration_FromAStranger_IsNotTrained()
    {
        Answer("journal");
        _worker.Tell(Of("job-2"), _stranger);
        _worker.Tell(Start, TestActor);

        Assert.Equal("job-1", Fish<TrainingProtocol.GenerationStarted>().Job.Value);
        Assert.Equal(1, _trainer.Started);
    }

    [Theory]
    [InlineData("/tmp/elsewhere", null)]
    [InlineData("/runs/jobs/job-2", null)]
    [InlineData("runs/jobs/job-1", null)]
    [InlineData("/runs/x/../jobs/job-1", null)]
    [InlineData("", null)]
    [InlineData("/runs/jobs/job-1", "/runs/jobs/job-2/checkpoints/pretrain-00000010")]
    [InlineData("/runs/jobs/job-1", "/runs/jobs/job-1/../job-2/checkpoints/pretrain-00000010")]
    [InlineData("/runs/jobs/job-1", "/runs/jobs/job-11")]
    [InlineData("/runs/jobs/job-1", "\0")]
    public void StartGeneration_OfFilesThatAreNotTheJobs_IsRefused(string folder, string? checkpoint)
    {
        Answer("journal");
        _worker.Tell(Start with { RunFolder = folder, ResumeFrom = checkpoint }, TestActor);

        Assert.Contains(checkpoint is null
            ? "is no folder of job job-1" : "does not lie in the job's folder", Fish<TrainingProtocol.GenerationRefused>().Because,
            StringComparison.Ordinal);
        Assert.Equal(0, _trainer.Started);
    }

    [Fact]
    public void StartGeneration_OfStoresElsewhere_IsRefused()
    {
        Answer("journal");
        var phase = new PreparedPhase("pretrain", new("/runs/jobs/job-1/data/a.tokens", "", 1, 1, 1, 0), null, new("/etc/passwd", "", 1, 1, 1, 0));
        _worker.Tell(Start with { Data = Start.Data with { Phases = [phase] } }, TestActor);

        Assert.Contains("'/etc/passwd'", Fish<TrainingProtocol.GenerationRefused>().Because, StringComparison.Ordinal);
    }

    [Fact]
    public void Coordinator_WithAnotherJournal_IsNotFollowedUntilTheGenerationHasEnded()
    {
        Train();
        Answer("another journal");
        _worker.Tell(new TrainingProtocol.StopGeneration(Start.Job, 3, "unknown"), TestActor);
        _worker.Tell(Of("other"), TestActor);

        Fish<TrainingProtocol.GenerationRefused>();
        Assert.NotNull(_session.Current);
        Answer("journal");
        Assert.Equal(1, Fish<TrainingProtocol.GenerationStarted>().Sequence);
        _worker.Tell(new TrainingProtocol.StopGeneration(Start.Job, 3, "enough"), TestActor);
        Fish<TrainingProtocol.GenerationStopped>();
        Answer("another journal");
        _worker.Tell(Of("other"), TestActor);
        Assert.Equal("other", Fish<TrainingProtocol.GenerationStarted>().Job.Value);
    }
}
