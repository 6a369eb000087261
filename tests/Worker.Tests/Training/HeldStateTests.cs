using DistTrain.Shared.Jobs;
using DistTrain.Shared.Protocol;

namespace DistTrain.Worker.Tests.Training;

/// <summary>Generations that go on from what their members hold in memory.</summary>
[Collection(TorchTests.OneAtATime)]
public class HeldStateTests
{
    [Theory]
    [InlineData(1, 0.0)]
    [InlineData(2, 0.1)]
    [InlineData(3, 0.0)]
    public async Task Train_StoppedAfterAStep_AllHoldItAndGoOnBitForBit(int members, double dropout)
    {
        using var whole = ToyJob.Create(dropout: dropout, change: Averaged);
        var uninterrupted = (await whole.Train(members))[0];
        using var job = ToyJob.Create(dropout: dropout, change: Averaged);
        using var workers = new TestWorkers(members);
        int[] all = [.. Enumerable.Range(0, members)];

        var before = await workers.Train(job, all, Same, StopAfter(7));
        var held = Assert.Single(before.Select(member => member.Held).Distinct())!;
        Assert.Equal((1, before[0].Steps[^1].Step), (held.Generation, held.Step));
        var after = await workers.Train(job, all, start => From(start, members - 1, held.Step, before[0].Steps[^1].Step));

        Assert.Equal((held.Step, 50L), after[0].Start!.Value);
        Assert.Equal(uninterrupted.Steps.Select(step => (step.Step, step.Loss, step.GradientNorm)),
            before[0].Steps.Concat(after[0].Steps).Select(step => (step.Step, step.Loss, step.GradientNorm)));
        Assert.Equal(uninterrupted.Finish, after[0].Finish);
        Assert.Equal(uninterrupted.Validations.Select(validation => validation.Step),
            before[0].Validations.Concat(after[0].Validations).Select(validation => validation.Step));
    }

    [Fact]
    public async Task Train_AMemberIsLost_TheOthersReportAndDoEachStepOnce()
    {
        using var whole = ToyJob.Create(change: Averaged);
        var uninterrupted = (await whole.Train(members: 3))[0];
        using var job = ToyJob.Create(change: Averaged);
        using var workers = new TestWorkers(3);
        // Rank 0 reports the steps; what it had not reported is for the others to report.
        var before = await workers.Train(job, [0, 1, 2], Same, (step, stops) =>
        {
            if (step >= 11) stops[0].Request(TrainingProtocol.StopManner.Now);
        });
        var reported = before[0].Steps[^1].Step;
        var survivors = before.Skip(1).Select(member => member.Held!).ToList();
        var source = survivors[1].Step > survivors[0].Step ? 1 : 0;
        Assert.All(survivors, held => Assert.InRange(held.Step, reported, reported + 2));

        var after = await workers.Train(job, [1, 2], start => From(start, source + 1, survivors[source].Step, reported));

        var steps = before[0].Steps.Concat(after[source].Steps.Where(step => step.Step <= survivors[source].Step))
            .Concat(after[0].Steps.Where(step => step.Step > survivors[source].Step)).ToList();
        Assert.Equal(Enumerable.Range(1, 50).Select(step => (long)step), steps.Select(step => step.Step));
        Assert.All(uninterrupted.Steps.Zip(steps), pair => Assert.InRange(pair.Second.Loss / pair.First.Loss, 1 - 1e-5, 1 + 1e-5));
        Assert.Single(after.Select(member => member.Finish!.Value.Hash).Distinct());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Train_ANewMemberJoins_ItGetsTheStateOfTheSource(int phase)
    {
        using var job = ToyJob.Create();
        using var workers = new TestWorkers(3);
        var pretrained = phase == 0 ? null : (await job.Train())[0].Checkpoints[^1].Folder;
        TrainingProtocol.StartGeneration OfPhase(TrainingProtocol.StartGeneration start) => start with
        {
            PhaseIndex = phase, PhaseStart = pretrained,
        };
        var alone = await workers.Train(job, [1], OfPhase, StopAfter(5));
        var held = alone[0].Held!;

        // The source is not the first.
        var joined = await workers.Train(job, [0, 1, 2], start => OfPhase(From(start, 1, held.Step, alone[0].Steps[^1].Step)));

        Assert.All(joined, member => Assert.Equal(held.Step, member.Start!.Value.Step));
        Assert.Equal(held.Step + 1, joined[0].Steps[0].Step);
        Assert.Single(joined.Select(member => member.Finish!.Value.Hash).Distinct());
        using var again = ToyJob.Create();
        var start = phase == 0 ? null : (await again.Train())[0].Checkpoints[^1].Folder;
        var whole = (await again.Train(phase: phase, phaseStart: start))[0];
        Assert.All(whole.Steps.Zip(alone[0].Steps.Concat(joined[0].Steps)),
            pair => Assert.InRange(pair.Second.Loss / pair.First.Loss, 1 - 1e-5, 1 + 1e-5));
    }

    [Fact]
    public async Task Train_OneHasBeenAtThePhasesStartBefore_AllMeasureTheStartTogether()
    {
        using var job = ToyJob.Create(steps: 10);
        var start = (await job.Train())[0].Checkpoints[^1].Folder;
        using var workers = new TestWorkers(2);
        TrainingProtocol.StartGeneration FromStart(TrainingProtocol.StartGeneration assignment) => assignment with { PhaseStart = start };
        // It is stopped when it has measured the start: nothing is done then.
        var alone = await workers.Train(job, [0], FromStart, stopAt: stop => stop.Request(TrainingProtocol.StopManner.Now));
        Assert.Equal(0, alone[0].Held!.Step);

        var both = await workers.Train(job, [0, 1], FromStart);

        Assert.Equal([0L, 10L], both[0].Validations.Select(validation => validation.Step));
        Assert.Single(both.Select(member => member.Finish!.Value.Hash).Distinct());
    }

    [Fact]
    public async Task Train_FromAStepThatTheSourceDoesNotHold_NamesTheSource()
    {
        using var job = ToyJob.Create();
        using var workers = new TestWorkers(2);
        await workers.Train(job, [0, 1], Same, StopAfter(3));

        var ends = await workers.Train(job, [0, 1], start => From(start, 1, 400, 400));

        Assert.All(ends, end => Assert.Equal(TestWorkers.Name(1), end.Break!.Worker));
    }

    [Fact]
    public async Task Train_AskedForACheckpoint_WritesOneOfThatStep()
    {
        using var job = ToyJob.Create();
        using var workers = new TestWorkers(2);
        var ends = await workers.Train(job, [0, 1], Same, StopAfter(9, TrainingProtocol.StopManner.AfterCheckpoint));

        var held = ends[0].Held!;
        Assert.True(held.IsSettled);
        Assert.Equal(held.Step, ends[0].Checkpoints[^1].Step);
        Assert.Equal(held.Step, ends[0].Steps[^1].Step);
    }

    [Fact]
    public async Task Train_AMemberLeaves_AllStopAfterTheSameStepAndNameIt()
    {
        using var job = ToyJob.Create(steps: 100_000);
        using var workers = new TestWorkers(3);
        var ends = await workers.Train(job, [0, 1, 2], Same, (step, stops) =>
        {
            if (step >= 10) stops[1].Leave();
        });

        Assert.Single(ends.Select(end => end.Held!.Step).Distinct());
        Assert.All(await Task.WhenAll(ends.Select(end => end.Over)), end => Assert.Equal((TrainingProtocol.StopCause.Left,
            $"Worker 'w1' left after step {ends[0].Held!.Step}, told to end."), end));
        Assert.Equal(ends[0].Held!.Step, ends[0].Steps[^1].Step);
    }

    [Fact]
    public async Task Train_AllLeave_TheLastStepIsInACheckpoint()
    {
        using var job = ToyJob.Create(steps: 100_000);
        using var workers = new TestWorkers(1);
        var ends = await workers.Train(job, [0], Same, (step, stops) =>
        {
            if (step >= 10) stops[0].Leave();
        });
        Assert.Equal(ends[0].Held!.Step, ends[0].Checkpoints[^1].Step);
    }

    [Fact]
    public async Task Train_HeldAtThePhasesEndWithoutItsCheckpoint_WritesIt()
    {
        using var job = ToyJob.Create(steps: 30);
        using var workers = new TestWorkers(2);
        var first = await workers.Train(job, [0, 1], Same);

        var again = await workers.Train(job, [1, 0], start => From(start, 1, 30, 30) with { Known = new(30, 30, 20) });

        var written = Assert.Single(again[0].Checkpoints);
        Assert.Equal((first[0].Checkpoints[^1].Step, first[0].Checkpoints[^1].ParametersHash), (written.Step, written.ParametersHash));
        Assert.Equal(first[0].Finish, again[0].Finish);
    }

    private static PhaseSpec Averaged(PhaseSpec phase) => phase with { EmaDecay = 0.99, Validate = phase.Validate with { EverySteps = 8 } };

    private static TrainingProtocol.StartGeneration Same(TrainingProtocol.StartGeneration start) => start;

    private static TrainingProtocol.StartGeneration From(TrainingProtocol.StartGeneration start, int source, long step, long reported) => start with
    {
        Held = new(TestWorkers.Name(source), step),
        Known = new(reported, reported / 8 * 8, reported / 20 * 20),
    };

    private static Action<long, IReadOnlyList<Worker.Training.GenerationStop>> StopAfter(long after,
        TrainingProtocol.StopManner manner = TrainingProtocol.StopManner.AfterStep) => (step, stops) =>
        {
            if (step < after) return;
            foreach (var stop in stops) stop.Request(manner);
        };
}
