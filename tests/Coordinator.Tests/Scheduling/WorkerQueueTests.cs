using Akka.Actor;
using DistTrain.Coordinator.Scheduling;
using DistTrain.Coordinator.Workers;
using DistTrain.Shared.Protocol;
using Microsoft.Extensions.Time.Testing;

namespace DistTrain.Coordinator.Tests.Scheduling;

public class WorkerQueueTests
{
    private static readonly JobId A = new("a"), B = new("b"), C = new("c");

    private readonly FakeTimeProvider _clock = new(Some.Time);
    private readonly WorkerQueue _queue;
    private Roster _roster = Roster.Empty;

    public WorkerQueueTests() => _queue = new(_clock);

    [Fact]
    public void Serve_TooFewWorkers_TellsTheNumbers()
    {
        _queue.Add(new(A, 2, 4));
        Hear(1);

        Assert.Equal([(A, "1 worker is free, 2 needed (resources.min_workers).")], Reasons());
    }

    [Fact]
    public void Serve_BelowTheMaximum_GrantsWhenNobodyJoinedForTheSettlingTime()
    {
        _queue.Add(new(A, 1, 4));
        Hear(1);
        Assert.Single(Reasons());
        _clock.Advance(TimeSpan.FromSeconds(1));
        Hear(1, 2);
        Assert.Equal("2 workers are free, enough to start; waiting a moment for up to 4.", Assert.Single(Reasons()).Because);
        _clock.Advance(TimeSpan.FromSeconds(1.4));
        Assert.Single(Reasons());
        _clock.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal(["w1", "w2"], Granted().Single().Workers);
        Assert.Equal(A, _roster.Find(new("w1"))!.AssignedTo);
    }

    [Fact]
    public void Serve_WorkersAreBeingStarted_WaitsForAllOfThemOnce()
    {
        var queue = new WorkerQueue(_clock, expected: 2);
        queue.Add(new(A, 1, 4));
        Hear(1);
        queue.Serve(_roster);
        _clock.Advance(WorkerQueue.StartPatience - TimeSpan.FromSeconds(2));
        Hear(1);
        Assert.IsType<QueueMessages.StillWaiting>(Assert.Single(queue.Serve(_roster).Told).Message);

        Hear(1, 2);
        queue.Serve(_roster);
        _clock.Advance(GangAllocator.Settle);
        Hear(1, 2);

        Assert.Equal(2, Assert.IsType<QueueMessages.WorkersGranted>(Assert.Single(queue.Serve(_roster).Told).Message).Workers.Count);
        _roster = _roster.Release(A).Without(new("w2"));
        queue.Add(new(B, 1, 4));
        queue.Serve(_roster);
        _clock.Advance(GangAllocator.Settle);
        Hear(1);
        Assert.IsType<QueueMessages.WorkersGranted>(Assert.Single(queue.Serve(_roster).Told).Message);
    }

    [Fact]
    public void Serve_AnExpectedWorkerDoesNotCome_GoesOnWithoutItAfterAWhile()
    {
        var queue = new WorkerQueue(_clock, expected: 2);
        queue.Add(new(A, 1, 4));
        Hear(1);
        queue.Serve(_roster);
        _clock.Advance(WorkerQueue.StartPatience);
        Hear(1);

        Assert.IsType<QueueMessages.WorkersGranted>(Assert.Single(queue.Serve(_roster).Told).Message);
    }

    [Fact]
    public void Serve_AtTheMaximum_GrantsAtOnce()
    {
        _queue.Add(new(A, 1, 2));
        Hear(1, 2, 3);

        Assert.Equal(["w1", "w2"], Granted().Single().Workers);
    }

    [Fact]
    public void Serve_SeveralJobs_FirstComeFirstServed()
    {
        _queue.Add(new(A, 1, 1));
        _queue.Add(new(B, 2, 2));
        _queue.Add(new(C, 1, 1));
        _queue.Add(new(A, 1, 1));
        Hear(1, 2);

        var (roster, told) = _queue.Serve(_roster);

        Assert.Equal([A, B, C], told.Select(item => item.Job));
        Assert.Equal("w1", Assert.IsType<QueueMessages.WorkersGranted>(told[0].Message).Workers.Single().Worker.Value);
        Assert.Equal("1 worker is free, 2 needed (resources.min_workers). 1 works for a.",
            Assert.IsType<QueueMessages.StillWaiting>(told[1].Message).Because);
        Assert.Equal("Job b is before it in the queue.", Assert.IsType<QueueMessages.StillWaiting>(told[2].Message).Because);
        Assert.Null(roster.Find(new("w2"))!.AssignedTo);
    }

    [Fact]
    public void Serve_AllWorkersAreTaken_NamesTheJobsThatHaveThemAndTheFirstOfTheQueue()
    {
        Hear(1, 2, 3);
        _roster = _roster.Assign(A, [new("w1"), new("w3")]);
        _queue.Add(new(B, 2, 2));
        _queue.Add(new(C, 1, 1));
        _queue.Add(new(new("d"), 1, 1));

        Assert.Equal(
            [
                (B, "1 worker is free, 2 needed (resources.min_workers). 2 work for a."), (C, "Job b is before it in the queue."),
                (new("d"), "2 jobs are before it in the queue, first b."),
            ],
            Reasons());

        _roster = _roster.Assign(C, [new("w2")]);
        Assert.Equal("0 workers are free, 2 needed (resources.min_workers). 3 work for 2 jobs, among them a.", Reasons()[0].Because);
    }

    [Fact]
    public void Serve_ARequestThatTookThePlaceOfAnother_GrantsItsNumber()
    {
        _queue.Add(new(A, 1, 1) { Request = 1 });
        _queue.Add(new(A, 1, 1) { Request = 2 });
        Hear(1);

        Assert.Equal(2, Assert.IsType<QueueMessages.WorkersGranted>(Assert.Single(_queue.Serve(_roster).Told).Message).Request);
    }

    [Fact]
    public void Remove_FirstJob_TheNextIsServed()
    {
        _queue.Add(new(A, 5, 5));
        _queue.Add(new(B, 1, 1));
        Hear(1);
        _queue.Remove(A);

        Assert.Equal(B, Granted().Single().Job);
    }

    [Fact]
    public void Serve_AWorkerIsLeftOut_IsNotGivenUntilItsTimeIsOver()
    {
        _queue.Add(new(A, 1, 1) { LeftOut = new Dictionary<WorkerId, DateTimeOffset> { [new("w1")] = Some.Time + TimeSpan.FromMinutes(1) } });
        Hear(1);
        Assert.Equal("0 workers are free, 1 needed (resources.min_workers). Left out after a fault: w1 until 03:05:05 UTC.",
            Assert.Single(Reasons()).Because);
        _queue.Add(new(B, 1, 1) { LeftOut = new Dictionary<WorkerId, DateTimeOffset> { [new("w2")] = Some.Time + TimeSpan.FromMinutes(1) } });
        Hear(2);

        Assert.Equal([(A, "w2"), (B, "w1")], Granted().Select(granted => (granted.Job, granted.Workers.Single())));
        _roster = _roster.Release(B);
        _queue.Add(new(A, 1, 1) { LeftOut = new Dictionary<WorkerId, DateTimeOffset> { [new("w1")] = Some.Time + TimeSpan.FromMinutes(1) } });
        _clock.Advance(TimeSpan.FromMinutes(1));
        Hear(1);

        Assert.Equal(["w1"], Granted().Single().Workers);
    }

    [Fact]
    public void Serve_EveryWorkerIsLeftOut_TellsSoWhenNoOtherComes()
    {
        var until = Some.Time + TimeSpan.FromMinutes(1);
        _queue.Add(new(A, 1, 2) { Request = 3, LeftOut = new Dictionary<WorkerId, DateTimeOffset> { [new("w1")] = until, [new("w2")] = until } });
        Hear(1, 2);
        Assert.Single(Reasons());
        _clock.Advance(WorkerQueue.NobodyPatience);
        Hear(1, 2);

        Assert.Equal(new QueueMessages.NobodyLeft(3), Assert.Single(_queue.Serve(_roster).Told).Message);

        Hear(1, 2, 3);
        Assert.IsType<QueueMessages.StillWaiting>(Assert.Single(_queue.Serve(_roster).Told).Message);
    }

    private void Hear(params int[] numbers)
    {
        foreach (var number in numbers) _roster = _roster.Heard(Some.Hello(number), ActorRefs.Nobody, _clock.GetUtcNow());
    }

    private List<(JobId Job, string Because)> Reasons() =>
        [.. _queue.Serve(_roster).Told.Select(item => (item.Job, Assert.IsType<QueueMessages.StillWaiting>(item.Message).Because))];

    private List<(JobId Job, IEnumerable<string> Workers)> Granted()
    {
        (_roster, var told) = _queue.Serve(_roster);
        return [.. told.Select(item =>
            (item.Job, Assert.IsType<QueueMessages.WorkersGranted>(item.Message).Workers.Select(worker => worker.Worker.Value)))];
    }
}
