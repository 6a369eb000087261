using DistTrain.Model.Optimization;
using DistTrain.Shared.Checkpoints;
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
/// <param name="gradients">Adds up the state's gradients over <paramref name="ring"/>.</param>
/// <param name="checkpoints">At rank 0.</param>
/// <param name="progress">What is told of the training.</param>
internal sealed class TrainingLoop(
    TrainingPlan plan, TrainingState state, IPhaseWork work, IAllReduce ring, GradientReducer gradients, CheckpointWriter? checkpoints,
    TrainingProgress progress, TimeProvider clock)
{
    /// <summary>Trains from the state's step to the phase's end.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    /// <exception cref="RingBrokenException">A member was lost.</exception>
    /// <exception cref="TrainingException">Training diverged, or a member holds other parameters than the rest.</exception>
    public void Run(CancellationToken stop)
    {
        // What the phase starts from is a candidate for its result.
        if (state.Step == 0 && plan.Assignment.PhaseStart is not null) state.Patience.Begin(Validate(stop));
        var resumedAtEnd = IsOver;
        work.StartAfter(state.Step, work.PieceTokens);
        while (!IsOver)
        {
            stop.ThrowIfCancellationRequested();
            var (step, time) = TrainStep(state.Step + 1, stop);
            progress.StepDone(step, work.TotalSteps, time);
            state.Skipped.Count(step.Skipped, step.Step);
            // A checkpoint tells what its validation found, so that comes first.
            var metrics = IsDue(plan.Phase.Validate.EverySteps) ? Validate(stop) : CheckpointState.NoMetrics;
            state.Patience.Count(metrics);
            if (IsDue(plan.Spec.Checkpoints.EverySteps)) WriteCheckpoint(metrics, stop);
        }
        if (resumedAtEnd) Validate(stop);
    }

    private bool IsOver => state.Step >= work.TotalSteps || state.Patience.IsOver;

    /// <summary>One optimizer step. The update is the same for every split of the global batch: summed gradients over summed units.</summary>
    private (StepRecord Record, StepTime Time) TrainStep(long step, CancellationToken stop)
    {
        using var scope = torch.NewDisposeScope();
        var start = clock.GetTimestamp();
        var sums = SumGradients(step, stop);
        while (sums.Totals.OutOfMemory.Count > 0)
        {
            TakeSmallerPieces(step, sums.Totals.OutOfMemory);
            sums = SumGradients(step, stop);
        }
        var totals = sums.Totals;

        var rate = LearningRateSchedule.RateAt(plan.Phase.Optimizer, state.Model.Options.DModel, step, work.TotalSteps);
        var norm = double.IsFinite(totals.Loss) ? state.Optimizer.Step(rate, 1 / totals.Units) : double.NaN;
        if (double.IsFinite(norm)) state.Average?.Update(state.Optimizer.Steps);
        else state.Parameters.ZeroGradients();
        (state.Step, state.Loss) = (step, totals.MeanLoss);
        var time = new StepTime(clock.GetElapsedTime(start), sums.WaitedForData, sums.WaitedForRing);
        var record = new StepRecord(step, totals.MeanLoss, totals.Units, sums.Tokens, sums.Tokens / time.Total.TotalSeconds, norm, rate,
            Skipped: !double.IsFinite(norm), totals.Metrics);
        return (record, time);
    }

    /// <summary>The members' gradients of a step, in the flat gradients, and what their losses add up to.</summary>
    private (StepTotals Totals, long Tokens, TimeSpan WaitedForData, TimeSpan WaitedForRing) SumGradients(long step, CancellationToken stop)
    {
        ring.BeginStep(step);
        var (own, tokens, waitedForData) = work.Backward(RandomSeeds.OfStep(plan.Spec.Seed, plan.Assignment.PhaseIndex, step), gradients.Send, stop);
        var computed = clock.GetTimestamp();
        // A member without sums takes part all the same: the others only learn from the totals that this step is void.
        gradients.Finish();
        var totals = StepTotals.Of(ring, own, work.MetricNames);
        return (totals, tokens, waitedForData, clock.GetElapsedTime(computed));
    }

    /// <summary>
    /// For the rest of the generation: what was too much once would be too much again. The shares stay as they are, so does the update but for
    /// rounding.
    /// </summary>
    /// <param name="ranks">Of the members that had too little memory.</param>
    private void TakeSmallerPieces(long step, IReadOnlyList<int> ranks)
    {
        var workers = ranks.Select(rank => plan.Workers[rank]).ToList();
        var before = work.PieceTokens;
        if (before == 1)
            throw new TrainingException(
                $"In step {step}, {string.Join(" and ", workers)} had not enough memory for a single example. Leave out long sentences with " +
                    "data.max_length, make the model smaller, and submit the job anew; or give its workers more memory, and go on with 'disttrain " +
                    "resume'.");
        progress.StepInSmallerPieces(step, workers, before / 2, before);
        state.Parameters.FreeActivations();
        state.Parameters.ZeroGradients();
        work.StartAfter(step - 1, before / 2);
    }

    private void WriteCheckpoint(IReadOnlyDictionary<string, double> metrics, CancellationToken stop)
    {
        MemberHashes.Compare(ring, plan.Workers, state.Parameters.Hash(), state.Step);
        progress.Flush();
        if (checkpoints is null) return;
        state.ToHost();
        checkpoints.Write(state.Describe(plan, work.TotalSteps, metrics), state.Weights.Host.Span, state.OptimizerVectors, isLast: IsOver, stop);
    }

    /// <summary>Measures the averaged weights, or the parameters where there is no average.</summary>
    /// <returns>The metrics, the same on every member; none when there is nothing to validate.</returns>
    private IReadOnlyDictionary<string, double> Validate(CancellationToken stop)
    {
        if (work.Validations.Count == 0) return CheckpointState.NoMetrics;
        var start = clock.GetTimestamp();
        var results = new ValidationResults();
        state.Average?.Exchange();
        // Translating is the module's work, on the processor.
        state.Parameters.ValueBuffer.ToHost();
        try
        {
            foreach (var validation in work.Validations) validation.Run(results, stop);
        }
        finally
        {
            state.Average?.Exchange();
        }
        progress.Validated(
            new ValidationRecord(plan.Phase.Name, state.Step, results.Metrics, results.Samples, clock.GetElapsedTime(start).TotalSeconds));
        return results.Metrics;
    }

    private bool IsDue(int everySteps) => IsOver || (everySteps > 0 && state.Step % everySteps == 0);
}
