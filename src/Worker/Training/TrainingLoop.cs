using DistTrain.Model.Optimization;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Protocol;
using DistTrain.Worker.Checkpoints;
using DistTrain.Worker.Collectives;
using DistTrain.Worker.Validation;
using TorchSharp;

namespace DistTrain.Worker.Training;

/// <summary>
/// The training of one phase by one generation, as each member does it. All members take the same steps and decisions, because all they
/// decide by is the same on each: the plan, and sums over the ring.
/// </summary>
/// <param name="checkpoints">At rank 0.</param>
/// <param name="progress">What is told of the training.</param>
internal sealed class TrainingLoop(
    TrainingPlan plan, TrainingState state, IPhaseWork work, IAllReduce ring, CheckpointWriter? checkpoints, TrainingProgress progress, TimeProvider clock)
{
    /// <summary>Trains from the state's step to the phase's end.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    /// <exception cref="RingBrokenException">A member was lost.</exception>
    /// <exception cref="TrainingException">Training diverged, or a member holds other parameters than the rest.</exception>
    public void Run(CancellationToken stop)
    {
        if (state.Step == 0 && plan.Phase is DpoPhaseSpec) Validate(stop);
        var resumedAtEnd = state.Step == work.TotalSteps;
        work.StartAfter(state.Step);
        while (state.Step < work.TotalSteps)
        {
            stop.ThrowIfCancellationRequested();
            var step = TrainStep(state.Step + 1, stop);
            progress.StepDone(step, work.TotalSteps);
            state.Skipped.Count(step.Skipped, step.Step);
            if (IsDue(plan.Spec.Checkpoints.EverySteps)) WriteCheckpoint();
            if (IsDue(plan.Phase.Validate.EverySteps)) Validate(stop);
        }
        if (resumedAtEnd) Validate(stop);
    }

    /// <summary>One optimizer step. The update is the same for every split of the global batch: summed gradients over summed units.</summary>
    private StepRecord TrainStep(long step, CancellationToken stop)
    {
        using var scope = torch.NewDisposeScope();
        var start = clock.GetTimestamp();
        ring.BeginStep(step);
        torch.manual_seed(RandomSeeds.OfStep(plan.Spec.Seed, plan.Assignment.PhaseIndex, step, ring.Rank));
        state.Parameters.ZeroGradients();

        var (own, tokens) = work.Backward(stop);
        var totals = StepTotals.Of(ring, own, work.MetricNames);
        ring.Sum(state.Parameters.Gradients);

        var rate = LearningRateSchedule.RateAt(plan.Phase.Optimizer, state.Model.Options.DModel, step, work.TotalSteps);
        var norm = double.IsFinite(totals.Loss) ? state.Optimizer.Step(rate, 1 / totals.Units) : double.NaN;
        (state.Step, state.Loss) = (step, totals.MeanLoss);
        return new StepRecord(
            step, totals.MeanLoss, totals.Units, tokens, tokens / clock.GetElapsedTime(start).TotalSeconds, norm, rate, Skipped: !double.IsFinite(norm), totals.Metrics);
    }

    private void WriteCheckpoint()
    {
        var hash = state.Parameters.Hash();
        MemberHashes.Compare(ring, plan.Workers, hash, state.Step);
        progress.Flush();
        checkpoints?.Write(state.Describe(plan, work.TotalSteps, hash), state.Parameters.Values, state.Optimizer.FirstMoment.Span, state.Optimizer.SecondMoment.Span);
    }

    private void Validate(CancellationToken stop)
    {
        if (work.Validations.Count == 0) return;
        var start = clock.GetTimestamp();
        var results = new ValidationResults();
        foreach (var validation in work.Validations) validation.Run(results, stop);
        progress.Validated(new ValidationRecord(plan.Phase.Name, state.Step, results.Metrics, results.Samples, clock.GetElapsedTime(start).TotalSeconds));
    }

    private bool IsDue(int everySteps) => state.Step == work.TotalSteps || (everySteps > 0 && state.Step % everySteps == 0);
}
