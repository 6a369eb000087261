using Akka.Actor;
using Akka.TestKit.Xunit;
using DistTrain.Coordinator.Jobs;
using DistTrain.Coordinator.Jobs.State;
using DistTrain.Shared.Datasets.Preparation;

namespace DistTrain.Coordinator.Tests.Jobs;

/// <summary>Preparations that the test holds in its hand.</summary>
public sealed class PreparationsTests : TestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _begun = new(0), _go = new(0);
    private readonly Preparations _preparations;
    private int _atOnce, _mostAtOnce;

    public PreparationsTests()
        : base("akka { loglevel = OFF, stdout-loglevel = OFF }") => _preparations = new(Prepare);

    [Fact]
    public void Start_AnEarlierOneOfTheJobStillWorks_WaitsForItsEndAndOnlyTheSecondIsHeard()
    {
        using var stopped = new CancellationTokenSource();
        var first = CreateTestProbe();
        _preparations.Start(Some.Job(), first, stopped.Token);
        Assert.True(_begun.Wait(Patience));
        stopped.Cancel();

        _preparations.Start(Some.Job(), TestActor, CancellationToken.None);
        ExpectMsg<JobMessages.PreparationNote>(Patience);
        _go.Release(2);

        // The first has ended before the second begins: what it had to say would be there.
        ExpectMsg<JobMessages.DataReady>(Patience);
        Assert.Equal(1, _mostAtOnce);
        Assert.False(first.HasMessages);
    }

    [Fact]
    public void Start_StoppedAndThenFails_IsNotHeard()
    {
        using var stopped = new CancellationTokenSource();
        var first = CreateTestProbe();
        var preparations = new Preparations((job, log, stop) => Prepare(job, log, CancellationToken.None) is var data && !stop.CanBeCanceled
            ? data : throw new IOException("The disk is full."));
        preparations.Start(Some.Job(), first, stopped.Token);
        Assert.True(_begun.Wait(Patience));
        stopped.Cancel();
        preparations.Start(Some.Job(), TestActor, CancellationToken.None);
        ExpectMsg<JobMessages.PreparationNote>(Patience);
        _go.Release(2);

        ExpectMsg<JobMessages.DataReady>(Patience);
        Assert.False(first.HasMessages);
    }

    [Fact]
    public void Start_OfAnotherJob_DoesNotWait()
    {
        _preparations.Start(Some.Job(), ActorRefs.Nobody, CancellationToken.None);
        _preparations.Start(Some.Job() with { RunFolder = "/runs/other" }, ActorRefs.Nobody, CancellationToken.None);

        Assert.True(_begun.Wait(Patience) && _begun.Wait(Patience));
        _go.Release(2);
    }

    [Fact]
    public void Start_PreparationFails_SaysWhy()
    {
        new Preparations((_, _, _) => throw new InvalidDataException("line 3 is empty")).Start(Some.Job(), TestActor, CancellationToken.None);

        Assert.Equal(new JobMessages.DataFailed("line 3 is empty", Some.Job().SpecJson), ExpectMsg<JobMessages.DataFailed>(Patience));
    }

    // As the real one: it looks now and then whether it is to stop.
    private PreparedData Prepare(JobState job, Action<string> log, CancellationToken stop)
    {
        var atOnce = Interlocked.Increment(ref _atOnce);
        _mostAtOnce = Math.Max(_mostAtOnce, atOnce);
        _begun.Release();
        Assert.True(_go.Wait(Patience, CancellationToken.None));
        Interlocked.Decrement(ref _atOnce);
        stop.ThrowIfCancellationRequested();
        return Some.Data;
    }
}
