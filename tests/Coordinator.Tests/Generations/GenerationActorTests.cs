using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit;
using DistTrain.Coordinator.Generations;
using DistTrain.Coordinator.Workers;
using DistTrain.Shared.Protocol;
using Microsoft.Extensions.Logging.Abstractions;

namespace DistTrain.Coordinator.Tests.Generations;

/// <summary>One generation of two members that the test plays, beside the job; time passes when the test says so.</summary>
public sealed class GenerationActorTests : TestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly WorkerId First = new("w1"), Second = new("w2");

    private readonly TestProbe _job;
    private readonly TestProbe _worker;
    private readonly IActorRef _generation;

    public GenerationActorTests()
        : base("akka { loglevel = OFF, stdout-loglevel = OFF, scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\" }")
    {
        (_job, _worker) = (CreateTestProbe(), CreateTestProbe());
        var starts = Some.Members.Select((_, rank) => new TrainingProtocol.StartGeneration(
            Some.Id, 1, "{}", 0, Some.Data, Some.Members, rank, 1, null, null, "")).ToList();
        var plan = new GenerationPlan(Some.Id, Some.First, 1, starts, Some.Members.ToDictionary(member => member.Worker, _ => _worker.Ref));
        _generation = _job.ChildActorOf(Props.Create(() => new GenerationActor(plan, NullLogger.Instance)), CancellationToken.None);
        _worker.ExpectMsg<TrainingProtocol.StartGeneration>(Patience);
        _worker.ExpectMsg<TrainingProtocol.StartGeneration>(Patience);
        foreach (var member in Some.Members) _generation.Tell(new TrainingProtocol.GenerationStarted(Some.Id, 1, member.Worker, 1, 0, 100));
    }

    [Fact]
    public void RingBroken_TheMissedMemberIsSilent_IsGivenUpAfterASecondAndNamed()
    {
        Stopped(First, TrainingProtocol.StopCause.RingBroken, new(Second, "closed its link: its process ended, or it left the ring", 41));
        AwaitStops();
        Assert.Equal(Second, _job.ExpectMsg<WorkerMessages.WorkerMissed>(Patience).Worker);
        Advance(TimeSpan.FromSeconds(0.9));
        _job.ExpectNoMsg(TimeSpan.Zero);

        Advance(TimeSpan.FromSeconds(0.1));

        var over = _job.ExpectMsg<GenerationMessages.GenerationOver>(Patience);
        Assert.Equal(("Worker 'w2' closed its link: its process ended, or it left the ring.", EndCause.MemberLost, 41L),
            (over.End.Because, over.End.Cause, over.StepsDone));
        Assert.Equal([First], over.Survivors);
    }

    [Fact]
    public void RingBroken_TheMissedMemberAnswers_EndsAtOnceWithBothLeft()
    {
        Stopped(First, TrainingProtocol.StopCause.RingBroken, new(Second, "sent nothing for 9 s", 41));
        Stopped(Second, TrainingProtocol.StopCause.RingBroken, new(First, "closed its link", 41));
        _job.ExpectMsg<WorkerMessages.WorkerMissed>(Patience);

        var over = _job.ExpectMsg<GenerationMessages.GenerationOver>(Patience);
        Assert.Equal("Worker 'w2' sent nothing for 9 s.", over.End.Because);
        Assert.Equal([First, Second], over.Survivors);
    }

    [Fact]
    public void RingBroken_TheMissedMembersPortIsClosed_EndsAtOnce()
    {
        Stopped(First, TrainingProtocol.StopCause.RingBroken, new(Second, "closed its link", 41));
        _job.ExpectMsg<WorkerMessages.WorkerMissed>(Patience);
        _generation.Tell(new WorkerMessages.WorkerLost(Second, "its process has ended."));

        var over = _job.ExpectMsg<GenerationMessages.GenerationOver>(Patience);
        Assert.Equal(("Worker 'w2' closed its link.", 41L), (over.End.Because, over.StepsDone));
        Assert.Equal([First], over.Survivors);
    }

    [Fact]
    public void AMemberLeaves_AllStopAfterTheStep_ItsSentenceIsTheReason()
    {
        TrainingProtocol.GenerationStopped Left(WorkerId member) => new(Some.Id, 1, member, 9, TrainingProtocol.StopCause.Left,
            "Worker 'w2' left after step 7, told to end.");
        _generation.Tell(Left(First));
        // The other may be writing a checkpoint of that step.
        Assert.Equal(TrainingProtocol.StopManner.AfterStep, _worker.FishForMessage<TrainingProtocol.StopGeneration>(_ => true, Patience).Manner);
        _generation.Tell(Left(Second));

        var over = _job.ExpectMsg<GenerationMessages.GenerationOver>(Patience);
        Assert.Equal(("Worker 'w2' left after step 7, told to end.", EndCause.Asked), (over.End.Because, over.End.Cause));
    }

    [Fact]
    public void EndGeneration_AfterAStep_StopsAtOnceWhenTheStepTakesTooLong()
    {
        _generation.Tell(new GenerationMessages.EndGeneration("It is changed.", TrainingProtocol.StopManner.AfterStep));
        var manners = Enumerable.Range(0, 2).Select(_ => _worker.FishForMessage<TrainingProtocol.StopGeneration>(_ => true, Patience).Manner);
        Assert.All(manners, manner => Assert.Equal(TrainingProtocol.StopManner.AfterStep, manner));
        for (var second = 0; second < 65; second++)
        {
            foreach (var member in Some.Members)
                _generation.Tell(new WorkerMessages.WorkerSeen(member.Worker, _worker.Ref, Some.Id, 1));
            Advance(TimeSpan.FromSeconds(1));
            // Its timers run on when it has seen to this one.
            _generation.Tell(new Identify(second), TestActor);
            ExpectMsg<ActorIdentity>(Patience);
        }
        _worker.FishForMessage<TrainingProtocol.StopGeneration>(stop => stop.Manner == TrainingProtocol.StopManner.Now, Patience);
    }

    [Fact]
    public void Stopped_WithAnEndlessReason_IsToldOnOneLineOfBoundedLength()
    {
        _generation.Tell(
            new TrainingProtocol.GenerationStopped(Some.Id, 1, First, 9,
                TrainingProtocol.StopCause.WorkerAtFault, $"\u001b[31m{new string('x', 1_000_000)}"));
        AwaitStops();
        Stopped(Second, TrainingProtocol.StopCause.Asked);

        var over = _job.ExpectMsg<GenerationMessages.GenerationOver>(Patience);
        Assert.StartsWith("Worker w1 is at fault: \\u001B[31mxxx", over.End.Because, StringComparison.Ordinal);
        Assert.InRange(over.End.Because.Length, 1_000, 3_000);
    }

    [Fact]
    public void EndGeneration_EveryMemberStops_EndsAtOnce()
    {
        _generation.Tell(new GenerationMessages.EndGeneration("cancelled"));
        AwaitStops();
        Stopped(First, TrainingProtocol.StopCause.Asked);
        Stopped(Second, TrainingProtocol.StopCause.Asked);

        Assert.Equal("cancelled", _job.ExpectMsg<GenerationMessages.GenerationOver>(Patience).End.Because);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void EndGeneration_AMemberIsInALongStep_IsWaitedForWhileItSaysSo(int deadlines)
    {
        _generation.Tell(new GenerationMessages.EndGeneration("It is cancelled."));
        AwaitStops();
        Stopped(First, TrainingProtocol.StopCause.Asked);
        for (var passed = 0; passed < deadlines; passed++)
        {
            AwaitHandled();
            StillTrains(Second);
            Advance(TimeSpan.FromSeconds(5));
        }
        AwaitHandled();
        _job.ExpectNoMsg(TimeSpan.Zero);

        Stopped(Second, TrainingProtocol.StopCause.Asked);

        Assert.Equal([First, Second], _job.ExpectMsg<GenerationMessages.GenerationOver>(Patience).Survivors);
    }

    [Fact]
    public void EndGeneration_AMemberTrainsOnForEver_IsGivenUpAfterTwoMinutes()
    {
        _generation.Tell(new GenerationMessages.EndGeneration("It is cancelled."));
        AwaitStops();
        Stopped(First, TrainingProtocol.StopCause.Asked);
        for (var passed = 0; passed < 24; passed++)
        {
            AwaitHandled();
            _job.ExpectNoMsg(TimeSpan.Zero);
            StillTrains(Second);
            Advance(TimeSpan.FromSeconds(5));
        }

        Assert.Equal([First], _job.ExpectMsg<GenerationMessages.GenerationOver>(Patience).Survivors);
    }

    [Fact]
    public void EndGeneration_AMemberIsSilent_IsGivenUpAfterFiveSeconds()
    {
        _generation.Tell(new GenerationMessages.EndGeneration("cancelled"));
        AwaitStops();
        Stopped(First, TrainingProtocol.StopCause.Asked);
        Advance(TimeSpan.FromSeconds(4.9));
        _job.ExpectNoMsg(TimeSpan.Zero);

        Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal([First], _job.ExpectMsg<GenerationMessages.GenerationOver>(Patience).Survivors);
    }

    /// <summary>Its worker's hello, as the job passes it on.</summary>
    private void StillTrains(WorkerId member) => _generation.Tell(new WorkerMessages.WorkerSeen(member, _worker.Ref, Some.Id, 1));

    /// <summary>What was sent so far has been handled, so that the next deadline runs.</summary>
    private void AwaitHandled()
    {
        _generation.Tell(new Identify(1), TestActor);
        ExpectMsg<ActorIdentity>(Patience);
    }

    private void Stopped(WorkerId member, TrainingProtocol.StopCause cause, TrainingProtocol.RingBreak? seen = null) =>
        _generation.Tell(new TrainingProtocol.GenerationStopped(Some.Id, 1, member, 9, cause, "It stopped.", seen));

    /// <summary>The generation has begun to end, so its deadlines run.</summary>
    private void AwaitStops() => _worker.FishForMessage<TrainingProtocol.StopGeneration>(_ => true, Patience);

    private void Advance(TimeSpan time) => ((TestScheduler)Sys.Scheduler).Advance(time);
}
