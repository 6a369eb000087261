using Akka.Actor;
using Akka.TestKit.Xunit;
using DistTrain.Shared.Datasets.Preparation;
using DistTrain.Shared.Protocol;
using DistTrain.Worker.Generations;
using DistTrain.Worker.Reporting;
using DistTrain.Worker.Training;
using Microsoft.Extensions.Logging.Abstractions;

namespace DistTrain.Worker.Tests.Reporting;

/// <summary>A worker whose training the test holds in its hand; the test is the coordinator.</summary>
public sealed partial class WorkerActorTests : TestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly WorkerId Me = new("w1");
    private static readonly TrainingProtocol.StartGeneration Start = new(
        new("job-1"), 3, "{}", 0, new PreparedData("/runs/jobs/job-1/tokenizer", "", 0, null, []), [new(Me, "127.0.0.1", 1)], 0, 1, null, null,
        "/runs/jobs/job-1");

    private readonly HeldTrainer _trainer = new();
    private readonly TrainingThread _thread;
    private readonly TrainingSession _session;
    private IActorRef _worker;
    private readonly IActorRef _stranger;

    public WorkerActorTests()
        : base("akka { loglevel = OFF, stdout-loglevel = OFF }")
    {
        _thread = new(_trainer, NullLogger<TrainingThread>.Instance);
        _session = new(Me, _thread, NullLogger<TrainingSession>.Instance);
        _stranger = CreateTestProbe();
        _worker = StartActor();
    }

    [Fact]
    public void Idle_Hello_NamesNoJob() =>
        Assert.Equal(new RosterProtocol.WorkerHello(Me, "127.0.0.1", 5, "cpu", 4, null, 0, "life"), ExpectMsg<RosterProtocol.WorkerHello>(Patience));

    [Fact]
    public void StartGeneration_Idle_TrainsAndSaysSo()
    {
        Answer("journal");
        _worker.Tell(Start, TestActor);

        FishForMessage<RosterProtocol.WorkerHello>(hello => hello.Job == Start.Job && hello.Generation == 3, Patience);
        Assert.Equal(new TrainingProtocol.GenerationStarted(Start.Job, 3, Me, 1, 0, 10), Fish<TrainingProtocol.GenerationStarted>());
    }

    [Fact]
    public void StartGeneration_TheSameAgain_IsIgnored()
    {
        Train();
        _worker.Tell(Start, TestActor);
        _worker.Tell(Start with { Generation = 4 }, TestActor);

        // The answer to the second start comes after whatever the first would have led to.
        Assert.Equal(4, Fish<TrainingProtocol.GenerationRefused>().Generation);
        Assert.Equal(1, _trainer.Started);
    }

    [Fact]
    public void StopGeneration_InTraining_LeadsToStopped()
    {
        Train();
        _worker.Tell(new TrainingProtocol.StopGeneration(Start.Job, 3, "enough"), TestActor);

        var stopped = Fish<TrainingProtocol.GenerationStopped>();

        Assert.Equal((3, 2L, TrainingProtocol.StopCause.Asked), (stopped.Generation, stopped.Sequence, stopped.Cause));
        FishForMessage<RosterProtocol.WorkerHello>(hello => hello.Job is null, Patience);
    }

    [Fact]
    public void StopGeneration_Unknown_IsAnsweredStopped()
    {
        _worker.Tell(new TrainingProtocol.StopGeneration(Start.Job, 8, "old"), TestActor);

        var stopped = Fish<TrainingProtocol.GenerationStopped>();

        Assert.Equal((8, 0L), (stopped.Generation, stopped.Sequence));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(2)]
    public void StartGeneration_OfAGenerationThatIsOver_IsRefused(int generation)
    {
        Train();
        _worker.Tell(new TrainingProtocol.StopGeneration(Start.Job, 3, "enough"), TestActor);
        Fish<TrainingProtocol.GenerationStopped>();

        _worker.Tell(Start with { Generation = generation }, TestActor);

        Assert.Contains("never starts again", Fish<TrainingProtocol.GenerationRefused>().Because, StringComparison.Ordinal);
        Assert.Equal(1, _trainer.Started);
    }

    [Fact]
    public void StartGeneration_AfterItsStop_IsRefused()
    {
        Answer("journal");
        _worker.Tell(new TrainingProtocol.StopGeneration(Start.Job, 3, "overtook the start"), TestActor);
        _worker.Tell(Start, TestActor);

        Assert.Equal(3, Fish<TrainingProtocol.GenerationRefused>().Generation);
        Assert.Equal(0, _trainer.Started);
    }

    [Fact]
    public void StartGeneration_OfAnotherJob_IsTakenWhateverItsNumber()
    {
        Train();
        _worker.Tell(new TrainingProtocol.StopGeneration(Start.Job, 3, "enough"), TestActor);
        Fish<TrainingProtocol.GenerationStopped>();

        _worker.Tell(Of("job-2"), TestActor);

        Assert.Equal(1, FishForMessage<TrainingProtocol.GenerationStarted>(started => started.Job.Value == "job-2", Patience).Sequence);
    }

    [Fact]
    public void EndOfAGeneration_IsReportedBeforeTheWorkerSaysThatItIsIdle()
    {
        Train();
        _worker.Tell(new TrainingProtocol.StopGeneration(Start.Job, 3, "enough"), TestActor);

        FishForMessage(message => message is TrainingProtocol.GenerationStopped or RosterProtocol.WorkerHello { Job: null }, Patience);

        Assert.IsType<TrainingProtocol.GenerationStopped>(LastMessage);
    }

    [Fact]
    public void NewReport_WhileAnEarlierIsNotAcknowledged_ComesAfterThatOneAgain()
    {
        Train();
        _worker.Tell(new TrainingProtocol.StopGeneration(Start.Job, 3, "enough"), TestActor);

        Assert.Equal([1L, 2],
            Until<TrainingProtocol.GenerationStopped>().OfType<TrainingProtocol.IReport>().TakeLast(2).Select(report => report.Sequence));
    }

    [Fact]
    public void Idle_EachHello_ComesAfterAllThatIsNotAcknowledged()
    {
        Train();
        _worker.Tell(new TrainingProtocol.StopGeneration(Start.Job, 3, "enough"), TestActor);

        for (var time = 0; time < 3; time++)
            Assert.Equal([1L, 2],
                Until<RosterProtocol.WorkerHello>(hello => hello.Job is null).TakeLast(3).OfType<TrainingProtocol.IReport>()
                    .Select(report => report.Sequence));
    }

    [Fact]
    public void StopGeneration_OfOneThatHasEnded_IsAnsweredAfterHowItEnded()
    {
        Train();
        _worker.Tell(new TrainingProtocol.StopGeneration(Start.Job, 3, "enough"), TestActor);
        Until<RosterProtocol.WorkerHello>(hello => hello.Job is null);
        _worker.Tell(new TrainingProtocol.StopGeneration(Start.Job, 3, "again"), TestActor);

        var answers = Until<TrainingProtocol.GenerationStopped>(stopped => stopped.Sequence == 0);
        Assert.Equal(2, Assert.IsType<TrainingProtocol.GenerationStopped>(answers[^2]).Sequence);
    }

    [Fact]
    public void StartGeneration_OfOneThatHasEnded_IsRefusedAfterHowItEnded()
    {
        Train();
        _worker.Tell(new TrainingProtocol.StopGeneration(Start.Job, 3, "enough"), TestActor);
        Until<RosterProtocol.WorkerHello>(hello => hello.Job is null);
        _worker.Tell(Start, TestActor);

        var answers = Until<TrainingProtocol.GenerationRefused>();
        Assert.Equal(2, Assert.IsType<TrainingProtocol.GenerationStopped>(answers[^2]).Sequence);
    }

    [Fact]
    public void Reports_OfAnEarlierGeneration_ComeAgainWhileTheNextTrains()
    {
        Train();
        _worker.Tell(new TrainingProtocol.StopGeneration(Start.Job, 3, "enough"), TestActor);
        Fish<TrainingProtocol.GenerationStopped>();
        _worker.Tell(Start with { Generation = 4 }, TestActor);
        FishForMessage<TrainingProtocol.GenerationStarted>(started => started.Generation == 4, Patience);

        Assert.Equal((3, 2L), FishForMessage<TrainingProtocol.GenerationStopped>(_ => true, Patience) is var stopped
            ? (stopped.Generation, stopped.Sequence) : default);
    }

    [Fact]
    public void Reports_NotAcknowledged_ComeAgainUntilTheyAre()
    {
        Train();

        var again = Fish<TrainingProtocol.GenerationStarted>();
        Assert.Equal(1, again.Sequence);
        _worker.Tell(new TrainingProtocol.ReportReceived(Start.Job, 2, 1), TestActor);
        Fish<TrainingProtocol.GenerationStarted>();
        _worker.Tell(new TrainingProtocol.ReportReceived(Start.Job, 3, 1), TestActor);
        _worker.Tell(new TrainingProtocol.StopGeneration(Start.Job, 3, "enough"), TestActor);

        // What is pending is repeated oldest first: once the second report came again, the first would have.
        Fish<TrainingProtocol.GenerationStopped>();
        var repeated = ReceiveWhile<object>(message => message is TrainingProtocol.GenerationStopped ? null! : message, Patience);
        Assert.DoesNotContain(repeated, message => message is TrainingProtocol.GenerationStarted);
    }

    [Fact]
    public void NextActor_InTheMiddleOfAGeneration_GoesOnWithItAndSendsWhatIsNotAcknowledged()
    {
        Train();
        // Not by the actor that the worker greets: a hello may be under way.
        var watcher = CreateTestProbe();
        watcher.Watch(_worker);
        Sys.Stop(_worker);
        watcher.ExpectTerminated(_worker, Patience);

        _worker = StartActor();
        FishForMessage<RosterProtocol.WorkerHello>(hello => hello.Job == Start.Job && hello.Generation == 3, Patience);
        Assert.Equal(1, Fish<TrainingProtocol.GenerationStarted>().Sequence);
        Answer("journal");
        _worker.Tell(new TrainingProtocol.StopGeneration(Start.Job, 3, "enough"), TestActor);

        Assert.Equal(3, Fish<TrainingProtocol.GenerationStopped>().Generation);
        Assert.Equal(1, _trainer.Started);
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _thread.Dispose();
    }

    private static TrainingProtocol.StartGeneration Of(string job) => Start with
    {
        Job = new(job), Generation = 1, RunFolder = $"/runs/jobs/{job}", Data = Start.Data with { TokenizerFolder = $"/runs/jobs/{job}/tokenizer" },
    };

    private IActorRef StartActor() => Sys.ActorOf(Props.Create(() => new WorkerActor(
        new(Me, "127.0.0.1", 5, "cpu", 4, "life"), _session, TestActor, ActorRefs.Nobody, path => path != _stranger.Path, TimeProvider.System,
        NullLogger<WorkerActor>.Instance)));

    private void Answer(string journal) => _worker.Tell(new RosterProtocol.HelloReceived("coordinator", journal), TestActor);

    private void Train()
    {
        Answer("journal");
        _worker.Tell(Start, TestActor);
        Fish<TrainingProtocol.GenerationStarted>();
    }

    /// <summary>What the coordinator receives up to one such message, that one included.</summary>
    private List<object> Until<T>(Func<T, bool>? isIt = null)
    {
        List<object> received = [];
        FishForMessage(message =>
        {
            received.Add(message);
            return message is T it && isIt?.Invoke(it) != false;
        }, Patience);
        return received;
    }

    private T Fish<T>() => FishForMessage<T>(_ => true, Patience);

    /// <summary>Begins at once and goes on until it is told to stop.</summary>
    private sealed class HeldTrainer : ITrainer
    {
        private RosterProtocol.HeldState? _held;
        private int _started;

        public int Started => _started;

        public (TrainingProtocol.StopCause Cause, string Because) Train(
            TrainingProtocol.StartGeneration assignment, ITrainingListener listener, GenerationStop stop)
        {
            Interlocked.Increment(ref _started);
            _held = null;
            listener.Started(0, 10);
            stop.Now.WaitHandle.WaitOne(Patience);
            _held = new(assignment.Job, assignment.PhaseIndex, assignment.Generation, 7, IsSettled: true, "hash");
            stop.Now.ThrowIfCancellationRequested();
            return (TrainingProtocol.StopCause.Asked, "");
        }

        public void Prepare(TrainingProtocol.StartGeneration assignment) =>
            _held = new(assignment.Job, assignment.PhaseIndex, assignment.Generation, 0, IsSettled: false, "hash");

        public RosterProtocol.HeldState? Held() => _held;

        public void LetGo(JobId job) => _held = null;

        public void Dispose()
        {
        }
    }
}
