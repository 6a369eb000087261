using DistTrain.Shared.Datasets;
using DistTrain.Shared.Protocol;
using DistTrain.Shared.Runs;

namespace DistTrain.Shared.Tests.Runs;

public class LedgerAuditTests
{
    private static readonly DateTimeOffset Time = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly AuditedPhase Even = Phase(new WeightedSet(40, 1));

    /// <summary>Of an epoch.</summary>
    private static readonly long Steps = Even.Plan.StepsPerEpoch;

    [Fact]
    public void Of_WholeEpochsAndPartOfOne_TellsThatEachExampleWasUsedOnce()
    {
        var audit = Audit(Begun, Planned(1, 0), Done(1, 1, Steps + 1), Done(1, Steps + 2, (2 * Steps) + 1));

        Assert.Empty(audit.Problems);
        Assert.Equal((2 * Steps + 1, 2L, 40, true), (audit.Steps, audit.Epochs, audit.Examples, audit.IsEven));
        Assert.Equal((Even.Plan.Batch(2 * Steps).Count, 40), (audit.Used, audit.Uses));
    }

    [Fact]
    public void Of_StepCommittedTwice_NamesItAndTheGeneration()
    {
        var audit = Audit(Begun, Planned(1, 0), Done(1, 1, 3), Planned(2, 3), Done(2, 3, 4));

        Assert.Equal([new AuditProblem(3, 3, "one entry of the ledger", "another one, of generation 2")], audit.Problems);
        Assert.Equal(0, audit.Epochs);
    }

    [Fact]
    public void Of_SameEventTwice_IsNotSound() => Assert.Single(Audit(Begun, Planned(1, 0), Done(1, 1, 3), Done(1, 1, 3)).Problems);

    [Fact]
    public void Of_GapAtTheBorderOfGenerations_NamesIt()
    {
        var audit = Audit(Begun, Planned(1, 0), Done(1, 1, 3), Planned(2, 4), Done(2, 5, 6));

        Assert.Equal([new AuditProblem(4, 4, "one entry of the ledger", "none")], audit.Problems);
    }

    [Fact]
    public void Of_StepsMissingAtTheBeginningAndAtTheEndOfACompletedPhase_NamesThem()
    {
        var audit = Audit(Begun, Planned(1, 0), Done(1, 2, 3), new JobEvents.PhaseCompleted(Time, 0, "first", 5, 1.5, "folder"));

        Assert.Equal([(1L, 1L), (4, 5)], audit.Problems.Select(problem => (problem.From, problem.To)));
    }

    [Fact]
    public void Of_StepThatComesLate_FillsItsGap() =>
        Assert.Empty(Audit(Begun, Planned(1, 0), Done(1, 1, 1), Done(1, 3, 4), Planned(2, 4), Done(2, 2, 2)).Problems);

    [Fact]
    public void Of_OtherExamplesThanPlanned_TellsBoth()
    {
        var right = Done(1, 2, 3);
        var audit = Audit(Begun, Planned(1, 0), Done(1, 1, 1), right with { Digest = right.Digest ^ 1 });

        var problem = Assert.Single(audit.Problems);
        Assert.Equal((2, 3), (problem.From, problem.To));
        Assert.Equal(FormattableString.Invariant($"{right.Examples} examples of digest {right.Digest:x8}"), problem.Expected);
        Assert.Equal(FormattableString.Invariant($"{right.Examples} examples of digest {right.Digest ^ 1:x8}"), problem.Got);
    }

    [Fact]
    public void Of_OneExampleTooMany_IsNotSound()
    {
        var right = Done(1, 1, 3);
        Assert.Single(Audit(Begun, Planned(1, 0), right with { Examples = right.Examples + 1 }).Problems);
    }

    [Fact]
    public void Of_TwoStepsThatChangedPlaces_IsNotSound()
    {
        var changed = Committed(1, (1, Even.Plan.Batch(1)), (2, Even.Plan.Batch(0)));
        Assert.Single(Audit(Begun, Planned(1, 0), changed).Problems);
    }

    [Fact]
    public void Of_ReturnToACheckpointWithinARange_TellsWhatItUndidAndIsSound()
    {
        var audit = Audit(Begun, Planned(1, 0), Done(1, 1, 2), Done(1, 3, 6), Planned(2, 4), Done(2, 5, Steps));

        Assert.Empty(audit.Problems);
        Assert.Equal([new UndoneSteps(5, 6, 2)], audit.Undone);
        Assert.Equal(1, audit.Epochs);
    }

    [Fact]
    public void Of_UndoneStepsWithOtherExamples_AreToldAllTheSame()
    {
        var wrong = Done(1, 3, 6) with { Digest = 0 };
        Assert.Single(Audit(Begun, Planned(1, 0), Done(1, 1, 2), wrong, Planned(2, 2), Done(2, 3, 4)).Problems);
    }

    [Fact]
    public void Of_PhaseBegunAnew_CountsFromItsStart()
    {
        var audit = Audit(Begun, Planned(1, 0), Done(1, 1, 4), Begun, Planned(2, 0), Done(2, 1, 2));

        Assert.Empty(audit.Problems);
        Assert.Equal([new UndoneSteps(1, 4, 2)], audit.Undone);
        Assert.Equal(2, audit.Steps);
    }

    [Theory]
    [InlineData(0.5, 2.25)]
    [InlineData(2, 0.1)]
    [InlineData(1, 0)]
    public void Of_WeightedSets_CountsEachExampleAsOftenAsItsSetsWeightSays(double first, double second)
    {
        var phase = Phase(new(20, first), new(20, second));
        var epochs = 4;
        var steps = Enumerable.Range(0, epochs * phase.Plan.StepsPerEpoch).Select(step => ((long)step + 1, phase.Plan.Batch(step))).ToArray();

        var audit = Assert.Single(LedgerAudit.Of([Begun, Planned(1, 0), Committed(1, steps)], _ => phase).Phases);

        Assert.Empty(audit.Problems);
        Assert.Equal((4L, false, 0L), (audit.Epochs, audit.IsEven, audit.Used));
    }

    [Fact]
    public void Of_EventsOfVersionsThatKeptNoLedger_SaysThatNothingIsProven()
    {
        var older = new JobEvents.StepsCommitted(Time, 1, 3, 1.5);
        var problem = Assert.Single(Audit(Begun, Planned(1, 0), older, Done(1, 4, 5)).Problems);
        Assert.Equal((1, 3), (problem.From, problem.To));

        Assert.Single(Audit(Begun, Planned(1, 0), Done(1, 1, 2) with { Examples = null, Digest = null }).Problems);
    }

    [Fact]
    public void Of_NothingCommittedYet_IsSound()
    {
        Assert.True(LedgerAudit.Of([], _ => Even).IsSound);
        Assert.Equal((0L, 0L), (Audit(Begun, Planned(1, 0)).Steps, Audit(Begun).Epochs));
    }

    private static JobEvents.PhaseStarted Begun => new(Time, 0, "first", null);

    private static PhaseAudit Audit(params JobEvents.IJobEvent[] events) => Assert.Single(LedgerAudit.Of(events, _ => Even).Phases);

    private static JobEvents.GenerationPlanned Planned(int generation, long resume) => new(Time, generation, 0, [], null, resume);

    /// <summary>As the plan has them.</summary>
    private static JobEvents.StepsCommitted Done(int generation, long from, long to) =>
        Committed(generation, [.. Enumerable.Range(0, (int)(to - from + 1)).Select(i => (from + i, Even.Plan.Batch(from + i - 1)))]);

    private static JobEvents.StepsCommitted Committed(int generation, params (long Step, IReadOnlyList<int> Examples)[] steps) => new(
        Time, generation, steps[^1].Step, 1.5, steps[0].Step, steps.Sum(step => step.Examples.Count),
        steps.Sum(step => ExampleDigest.OfStep(step.Step, ExampleDigest.Of(step.Examples).Sum)) & uint.MaxValue);

    private static AuditedPhase Phase(params WeightedSet[] sets)
    {
        int[] lengths = [.. Enumerable.Range(0, 40).Select(example => 1 + (example * 7 % 11))];
        return new("first", BatchPlan.Create(lengths, lengths, 40, seed: 3, sets), sets);
    }
}
