using DistTrain.Coordinator.Jobs;
using DistTrain.Shared.Datasets.Preparation;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Tests.Jobs;

public class LedgerLinesTests
{
    public static TheoryData<JobEvents.IJobEvent> Events { get; } =
    [
        new JobEvents.PhaseStarted(Some.Time, 1, Some.Second, null),
        new JobEvents.StepsCommitted(Some.Time, 2, 40, double.NaN, 31, 1L << 40, uint.MaxValue),
        new JobEvents.StepsCommitted(Some.Time, 2, 40, 1.5),
        new JobEvents.PhaseCompleted(Some.Time, 1, Some.Second, 50, 1.5, ""),
    ];

    [Theory]
    [MemberData(nameof(Events))]
    public void EventOf_LineOfAnEvent_IsTheEvent(JobEvents.IJobEvent happened) =>
        Assert.Equal(happened, LedgerLines.EventOf(JobHistoryText.Describe(happened)));

    [Fact]
    public void EventOf_LineOfPreparedData_HasItsStores()
    {
        var stores = new StoreRef[] { new("/data/a.tokens", "hash", 40, 400, 500, 1), new("/data/b.tokens", "other", 20, 200, 300, 0, 1.25, "Few.") };
        var phase = new PreparedPhase(Some.First, stores[0], stores[1], null, [stores[1]]);

        var read = LedgerLines.EventOf(JobHistoryText.Describe(new JobEvents.DataPrepared(Some.Time, Some.Data with { Phases = [phase] })));

        var prepared = Assert.Single(Assert.IsType<JobEvents.DataPrepared>(read).Data.Phases);
        Assert.Equal([stores[0], stores[1], stores[1]], prepared.Stores());
    }

    [Fact]
    public void EventOf_LineOfAPlan_HasItsPhaseAndItsStep()
    {
        var planned = new JobEvents.GenerationPlanned(Some.Time, 3, 1, Some.Members, "/folder", 20);

        var read = Assert.IsType<JobEvents.GenerationPlanned>(LedgerLines.EventOf(JobHistoryText.Describe(planned)));

        Assert.Equal((3, 1, 20), (read.Generation, read.PhaseIndex, read.ResumeStep));
    }

    [Fact]
    public void EventOf_OtherLines_IsNone() =>
        Assert.Null(LedgerLines.EventOf(JobHistoryText.Describe(new JobEvents.JobPaused(Some.Time, "enough"))));

    [Fact]
    public void EventOf_LineWithoutFields_SaysSo() => Assert.Throws<InvalidDataException>(
        () => LedgerLines.EventOf(new JobsProtocol.HistoryLine(Some.Time, nameof(JobEvents.StepsCommitted), "Step 4 is done.")));
}
