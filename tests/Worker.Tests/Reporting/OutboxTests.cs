using DistTrain.Shared.Protocol;
using DistTrain.Worker.Reporting;

namespace DistTrain.Worker.Tests.Reporting;

public class OutboxTests
{
    private static readonly JobId Job = new("job-1");

    private readonly Outbox _outbox = new();

    [Fact]
    public void Add_EachReport_IsNumberedFromOne() =>
        Assert.Equal([1L, 2, 3], new[] { AddStart(), AddSteps(), AddStart() }.Select(report => report.Sequence));

    [Fact]
    public void Acknowledge_InAnyOrder_LeavesTheOthersInOrder()
    {
        for (var i = 0; i < 5; i++) AddStart();
        foreach (var sequence in new long[] { 4, 1, 4, 99 }) Acknowledge(sequence);

        Assert.Equal([2L, 3, 5], Pending());
        foreach (var sequence in new long[] { 5, 2, 3 }) Acknowledge(sequence);
        Assert.True(_outbox.IsEmpty);
    }

    [Fact]
    public void Acknowledge_OfAnotherGenerationOrJob_ChangesNothing()
    {
        AddStart();
        _outbox.Acknowledge(new(Job, 2, 1));
        _outbox.Acknowledge(new(new("job-2"), 1, 1));

        Assert.Equal([1L], Pending());
    }

    [Fact]
    public void Overdue_SomethingPendingSinceTheLastAsking_IsAllThatIsPendingInOrder()
    {
        AddStart();
        AddStart();
        Assert.Empty(_outbox.Overdue());
        AddStart();
        Acknowledge(1);

        Assert.Equal([2L, 3], Numbers(_outbox.Overdue()));
        Acknowledge(2);
        Acknowledge(3);
        AddStart();
        Assert.Empty(_outbox.Overdue());
        Assert.Equal([4L], Numbers(_outbox.Overdue()));
    }

    [Fact]
    public void Fresh_ANewReport_ComesAfterAllThatIsPendingAndOnce()
    {
        AddStart();
        Assert.Equal([1L], Numbers(_outbox.Fresh()));
        Assert.Empty(_outbox.Fresh());
        AddSteps();
        AddSteps();
        Assert.Equal([1L, 2, 3], Numbers(_outbox.Fresh()));
        Acknowledge(1);
        AddSteps();
        Assert.Equal([2L, 3, 4], Numbers(_outbox.Fresh()));
    }

    [Fact]
    public void Fresh_WhileSomethingIsOverdue_WaitsForIt()
    {
        AddStart();
        _outbox.Overdue();
        AddSteps();
        Assert.Empty(_outbox.Fresh());
        Acknowledge(1);
        Assert.Equal([2L], Numbers(_outbox.Fresh()));
    }

    [Fact]
    public void Add_BeyondCapacity_DropsTheOldestStepsAndNothingElse()
    {
        AddStart();
        for (var i = 0; i < Outbox.Capacity + 2; i++) AddSteps();

        Assert.Equal((Outbox.Capacity, 3L), (_outbox.Pending.Count(), _outbox.Dropped));
        Assert.Equal([1L, 5, 6], Pending().Take(3));
    }

    [Fact]
    public void Add_BeyondCapacityWithoutSteps_KeepsAll()
    {
        for (var i = 0; i < Outbox.Capacity + 2; i++) AddStart();

        Assert.Equal((Outbox.Capacity + 2, 0L), (_outbox.Pending.Count(), _outbox.Dropped));
    }

    [Fact]
    public void BeginGeneration_WithPendingReports_NumbersFromOneAndKeepsThem()
    {
        AddStart();
        AddStart();
        _outbox.Overdue();
        _outbox.BeginGeneration();
        _outbox.Add(sequence => new TrainingProtocol.GenerationStarted(Job, 2, new("w1"), sequence, 0, 10));

        Assert.Equal([(1, 1L), (1, 2), (2, 1)], _outbox.Pending.Select(report => (report.Generation, report.Sequence)));
        Assert.Equal([1, 1, 2], _outbox.Overdue().Select(report => report.Generation));
        _outbox.Acknowledge(new(Job, 2, 1));
        Assert.Equal([(1, 1L), (1, 2)], _outbox.Pending.Select(report => (report.Generation, report.Sequence)));
    }

    [Fact]
    public void TakeDropped_AfterDropping_CountsAnew()
    {
        for (var i = 0; i < Outbox.Capacity + 2; i++) AddSteps();

        Assert.Equal((2L, 0L, 2L), (_outbox.TakeDropped(), _outbox.TakeDropped(), _outbox.LastDropped?.Sequence));
    }

    private TrainingProtocol.IReport AddStart() =>
        _outbox.Add(sequence => new TrainingProtocol.GenerationStarted(Job, 1, new("w1"), sequence, 0, 10));

    private TrainingProtocol.IReport AddSteps() => _outbox.Add(sequence => new TrainingProtocol.StepsDone(Job, 1, new("w1"), sequence, []));

    private void Acknowledge(long sequence) => _outbox.Acknowledge(new(Job, 1, sequence));

    private IEnumerable<long> Pending() => Numbers(_outbox.Pending);

    private static IEnumerable<long> Numbers(IEnumerable<TrainingProtocol.IReport> reports) => reports.Select(report => report.Sequence);
}
