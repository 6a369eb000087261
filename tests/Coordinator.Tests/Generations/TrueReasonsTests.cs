using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit;
using DistTrain.Coordinator.Generations;
using DistTrain.Coordinator.Jobs;
using DistTrain.Coordinator.Tests.Jobs;
using DistTrain.Coordinator.Workers;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Protocol;
using Microsoft.Extensions.Logging.Abstractions;

namespace DistTrain.Coordinator.Tests.Generations;

/// <summary>
/// Each kind of end, from what three members say of it to the sentence in the journal: it names whose doing it was, in whatever order they speak.
/// </summary>
public sealed class TrueReasonsTests()
    : TestKit("akka { loglevel = OFF, stdout-loglevel = OFF, scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\" }")
{
    private const string Disk = "The checkpoint '/c' could not be written: No space left on device. Free space there, or make the folder writable.";
    private const string Odd = "After step 20 the parameters of w2 differ from those of the other members.";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly WorkerId A = new("w1"), B = new("w2"), C = new("w3");

    private static readonly IReadOnlyList<TrainingProtocol.Member> Members = [new(A, "a", 1), new(B, "a", 2), new(C, "a", 3)];

    /// <summary>What is told, in order, what the journal then has, what follows, and how long nobody says anything more.</summary>
    public static TheoryData<string, object[], string, EndCause, string?, int> Ends => new()
    {
        {
            "killed", [Missed(A, B, "closed its link: its process ended, or it left the ring"), Missed(C, B, "closed its link"), Lost(B)],
            "Worker 'w2' closed its link: its process ended, or it left the ring.", EndCause.MemberLost, "w2", 1
        },
        { "killed, alone", [Lost(B), Asked(A), Asked(C)], "Worker w2 is lost: it is gone.", EndCause.MemberLost, "w2", 0 },
        {
            "silent", [Missed(A, C, "closed its link"), Missed(C, B, "sent nothing for 9 s")],
            "Worker 'w2' sent nothing for 9 s.", EndCause.MemberLost, "w2", 1
        },
        {
            "throws", [Missed(A, B, "closed its link"), Missed(C, B, "closed its link"), Fault(B, "CUDA error: an illegal memory access.")],
            "Worker w2 is at fault: CUDA error: an illegal memory access.", EndCause.WorkerAtFault, "w2", 0
        },
        { "disk is full there", [Fault(B, Disk), Asked(A), Asked(C)], $"Worker w2 is at fault: {Disk}", EndCause.WorkerAtFault, "w2", 0 },
        {
            "wrong hash", [Fault(A, Odd, of: B), Fault(B, Odd, of: B), Fault(C, Odd, of: B)],
            $"Worker w2 is at fault: {Odd}", EndCause.WorkerAtFault, "w2", 0
        },
        {
            "wrong hash at the end", [Finished(A, "x"), Finished(B, "y"), Finished(C, "x"), Asked(A), Asked(B), Asked(C)],
            "Worker w2 is at fault: It ended with other parameters than the rest. Its memory or device may be faulty.",
            EndCause.WorkerAtFault, "w2", 0
        },
        {
            "members differ", [.. new[] { A, B, C }.Select(from => Stopped(from, TrainingProtocol.StopCause.MembersDiffer, "They differ."))],
            "They differ.", EndCause.MembersDiffer, null, 0
        },
        {
            "checkpoint damaged", [Stopped(A, TrainingProtocol.StopCause.CheckpointDamaged, "'/c' is cut off."), Missed(B, A, "left"), Asked(C)],
            "'/c' is cut off.", EndCause.CheckpointDamaged, null, 0
        },
        {
            "diverged", [.. new[] { A, B, C }.Select(from => Stopped(from, TrainingProtocol.StopCause.JobAtFault, "It has diverged."))],
            "It has diverged.", EndCause.JobAtFault, null, 0
        },
        { "asked to end", [new GenerationMessages.EndGeneration("The job goes on otherwise."), Asked(A), Asked(B), Asked(C)],
            "The job goes on otherwise.", EndCause.Asked, null, 0 },
        { "leaves", [Stopped(B, TrainingProtocol.StopCause.Asked, "The worker is ending."), Missed(A, B, "left"), Missed(C, B, "left")],
            "Worker w2 stopped: The worker is ending.", EndCause.MemberLost, "w2", 0 },
        { "refuses", [new TrainingProtocol.GenerationRefused(Some.Id, 1, B, 0, "It is busy."), Asked(A), Asked(C)],
            "Worker w2 refused: It is busy.", EndCause.MemberLost, "w2", 0 },
        { "does not start", [new TrainingProtocol.GenerationStarted(Some.Id, 1, A, 1, 0, 100)],
            "Not every member started in time; missing: w2, w3.", EndCause.MemberLost, null, 125 },
        { "trains no longer", [new TrainingProtocol.GenerationStarted(Some.Id, 1, B, 1, 0, 100), new WorkerMessages.WorkerSeen(B, ActorRefs.Nobody,
            null, 0), Asked(A), Asked(B), Asked(C)], "Worker w2 no longer trains this generation.", EndCause.MemberLost, "w2", 0 },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public void GenerationEnded_EachKindOfEnd_TellsTheTrueReason(
        string what, object[] told, string because, EndCause cause, string? worker, int seconds)
    {
        var (job, anybody) = (CreateTestProbe(), CreateTestProbe());
        var starts = Members.Select((_, rank) => new TrainingProtocol.StartGeneration(
            Some.Id, 1, "{}", 0, Some.Data, Members, rank, 1, null, null, "")).ToList();
        var plan = new GenerationPlan(Some.Id, Some.First, 1, starts, Members.ToDictionary(member => member.Worker, _ => anybody.Ref));
        var generation = job.ChildActorOf(Props.Create(() => new GenerationActor(plan, NullLogger.Instance)), CancellationToken.None);
        foreach (var message in told) generation.Tell(message);
        for (var passed = 0; passed < seconds; passed++)
        {
            generation.Tell(new Identify(what), TestActor);
            ExpectMsg<ActorIdentity>(Patience);
            ((TestScheduler)Sys.Scheduler).Advance(TimeSpan.FromSeconds(1));
        }

        var over = job.FishForMessage<GenerationMessages.GenerationOver>(_ => true, Patience);
        var life = JobLife.InTraining();
        var ended = Assert.IsType<JobEvents.GenerationEnded>(life.Obey(new JobCommand.EndGeneration(1, over.End, over.StepsDone))[0]);

        Assert.Equal((because, cause, worker), (ended.Because, ended.Cause, ended.Worker?.Value));
    }

    [Fact]
    public void GenerationEnded_AskedOfTheJob_TellsWhatWasAsked()
    {
        var (cancelled, changed, paused) = (JobLife.InTraining(), JobLife.InTraining(), JobLife.InTraining());
        cancelled.Obey(new JobCommand.Cancel("A user asked for it."));
        changed.Obey(new JobCommand.Resume(Some.Spec with { Phases = [Some.Spec.Phases[0] with { Steps = 200 }, Some.Spec.Phases[1]] }, "Asked."));
        paused.Obey(new JobCommand.Pause("A user asked for it."));

        Assert.Equal("The job is cancelled: A user asked for it.", JobHistoryText.Describe(cancelled.Events[^1]).Text);
        Assert.Equal(["Generation 1 ended: The job is changed.", "The job goes on: Asked. phases[0].steps 100 -> 200."],
            changed.Events[^2..].Select(happened => JobHistoryText.Describe(happened).Text));
        Assert.Equal(["Generation 1 ended: The job is paused.", "The job is paused: A user asked for it."],
            paused.Events[^2..].Select(happened => JobHistoryText.Describe(happened).Text));
    }

    private static TrainingProtocol.GenerationStopped Stopped(WorkerId from, TrainingProtocol.StopCause cause, string because) =>
        new(Some.Id, 1, from, 9, cause, because);

    private static TrainingProtocol.GenerationStopped Asked(WorkerId from) =>
        Stopped(from, TrainingProtocol.StopCause.Asked, "It was told to stop.");

    private static TrainingProtocol.GenerationStopped Missed(WorkerId from, WorkerId missed, string reason) =>
        Stopped(from, TrainingProtocol.StopCause.RingBroken, "The ring broke.") with { Break = new(missed, reason, 41) };

    private static TrainingProtocol.GenerationStopped Fault(WorkerId from, string because, WorkerId? of = null) =>
        Stopped(from, TrainingProtocol.StopCause.WorkerAtFault, because) with { Break = of is { } worker ? new(worker, "is at fault", 0) : null };

    private static WorkerMessages.WorkerLost Lost(WorkerId worker) => new(worker, "it is gone.");

    private static TrainingProtocol.PhaseFinished Finished(WorkerId from, string hash) => new(Some.Id, 1, from, 8, 100, 1.5, hash);
}
