using DistTrain.Shared.Protocol;

namespace DistTrain.Worker.Tests.Reporting;

/// <summary>What a worker holds between generations, what it makes ready, and how it leaves.</summary>
public sealed partial class WorkerActorTests
{
    [Fact]
    public async Task Leave_InTraining_TellsTheEndAndThatItLeavesAndRefusesWhatComes()
    {
        Train();
        _session.Leave();
        await _thread.End().WaitAsync(Patience, TestContext.Current.CancellationToken);
        _worker.Tell(Start with { Generation = 4 }, TestActor);

        var told = Until<TrainingProtocol.GenerationRefused>();
        Assert.Equal("it is ending.", Assert.IsType<TrainingProtocol.GenerationRefused>(told[^1]).Because);
        Assert.Single(told.OfType<TrainingProtocol.GenerationStopped>().DistinctBy(stopped => stopped.Sequence));
        Assert.True(told.OfType<RosterProtocol.WorkerHello>().Last().IsLeaving);
    }

    [Fact]
    public void Hello_AfterAGeneration_NamesWhatIsHeldUntilTheJobHasEnded()
    {
        Train();
        _worker.Tell(new TrainingProtocol.StopGeneration(Start.Job, 3, "enough"), TestActor);
        var held = FishForMessage<RosterProtocol.WorkerHello>(hello => hello.Job is null, Patience).Held;
        Assert.Equal(new RosterProtocol.HeldState(Start.Job, 0, 3, 7, IsSettled: true, "hash"), held);

        _worker.Tell(new RosterProtocol.LetGo(new("another")), TestActor);
        _worker.Tell(new RosterProtocol.LetGo(Start.Job), TestActor);
        FishForMessage<RosterProtocol.WorkerHello>(hello => hello.Held is null, Patience);
        Assert.Null(_trainer.Held());
    }

    [Fact]
    public void PrepareGeneration_Idle_MakesReadyAndSaysSo()
    {
        Answer("journal");
        _worker.Tell(new TrainingProtocol.PrepareGeneration(Start.Job, 3, Start), TestActor);

        Assert.Equal(new TrainingProtocol.GenerationPrepared(Start.Job, 3, Me), Fish<TrainingProtocol.GenerationPrepared>());
        Assert.Equal(0, FishForMessage<RosterProtocol.WorkerHello>(hello => hello.Held is not null, Patience).Held!.Step);
    }

    [Fact]
    public void PrepareGeneration_WithAFolderOfAnotherJob_IsRefused()
    {
        Answer("journal");
        _worker.Tell(new TrainingProtocol.PrepareGeneration(Start.Job, 3, Start with { RunFolder = "/etc" }), TestActor);
        Assert.Contains("'/etc' is no folder of job", Fish<TrainingProtocol.GenerationPrepared>().Because, StringComparison.Ordinal);
    }
}
