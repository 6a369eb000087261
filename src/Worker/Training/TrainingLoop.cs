using DistTrain.Model.Optimization;
using DistTrain.Shared;
using DistTrain.Shared.Checkpoints;
using DistTrain.Shared.Datasets;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Protocol;
using DistTrain.Worker.Checkpoints;
using DistTrain.Worker.Collectives;
using DistTrain.Worker.Validation;
using TorchSharp;

namespace DistTrain.Worker.Training;

/// <summary>
/// The training of one phase by one generation, as each member does it. All members take the same steps and decisions, because all they
/// decide by is the same on each: the plan, the state, and sums over the ring.
/// </summary>
/// <param name="gradients">Adds up the state's gradients over <paramref name="ring"/>.</param>
/// <param name="checkpoints">At rank 0.</param>
/// <param name="progress">What is told of the training.</param>
/// <param name="stop">How it is told to end before the phase does.</param>
internal sealed class TrainingLoop(
    TrainingPlan plan, TrainingState state, IPhaseWork work, IAllReduce ring, GradientReducer gradients, CheckpointWriter? checkpoints,
    TrainingProgress progress, GenerationStop stop, TimeProvider clock)
{
    private readonly MemberSpeeds _speeds = new(ring.Size);
    private StepTotals? _totals;
    private long? _written;

    /// <summary>Trains from the state's step to the phase's end, or until a member wishes to stop.</summary>
    /// <returns>Why it ended before the phase did, as a choice and as a sentence; null at the phase's end.</returns>
    /// <exception cref="OperationCanceledException">It was told to end at once.</exception>
    /// <exception cref="RingBrokenException">A member was lost.</exception>
    /// <exception cref="TrainingException">Training diverged.</exception>
    /// <exception cref="WorkerFaultException">A member holds other parameters than the rest, or has too little memory.</exception>
    /// <exception cref="MembersDifferException">The members' parameters differ, and no majority says whose are right.</exception>
    public (TrainingProtocol.StopCause Cause, string Because)? Run()
    {
        // Of a checkpoint nobody knows what the validation found that came with it.
        var isUnmeasured = IsOver && plan.Assignment.ResumeFrom is not null;
        work.StartAfter(state.Step, work.PieceTokens);
        if (!state.IsSettled) Settle();
        while (!IsOver)
        {
            stop.Now.ThrowIfCancellationRequested();
            var (step, time) = TrainStep(state.Step + 1);
            progress.StepDone(step, work.TotalSteps, time);
            Count(step);
            if (ring.Size > 1 && step.Step % MemberSpeeds.Window == 0 && plan.Spec.Resources.Shares == ResourcesSpec.Measured) ShareBySpeed();
            var wishes = _totals!.Wishes;
            if (wishes.All(wish => wish == StepWish.None))
            {
                Settle();
                continue;
            }
            EndAfterStep(wishes);
            if (!IsOver) return Why(wishes);
        }
        if (isUnmeasured) Validate();
        // Whoever was to write the last checkpoint may have died before it had.
        if (plan.Assignment.Known?.Checkpoint < state.Step && _written != state.Step)
            WriteCheckpoint(progress.MetricsOf(state.Step), isNeeded: true);
        return null;
    }

    private void ShareBySpeed()
    {
        if (_speeds.Look(ring) is not { } speeds) return;
        progress.SharesChanged(state.Step, plan.Workers, speeds);
        work.StartAfter(state.Step, work.PieceTokens, speeds);
    }

    private void Count(StepRecord step)
    {
        try
        {
            state.Skipped.Count(step.Skipped, step.Step);
        }
        catch (TrainingException)
        {
            // The same happens to all.
            progress.AllHave(step.Step);
            throw;
        }
    }

    private bool IsOver => state.Step >= work.TotalSteps || state.Patience.IsOver;

    /// <summary>Does what is due after the state's step.</summary>
    /// <param name="withCheckpoint">Also where none is due.</param>
    private void Settle(bool withCheckpoint = false)
    {
        var before = state.Position;
        try
        {
            // What the phase starts from is a candidate for its result.
            if (state.Step == 0 && plan.Assignment.PhaseStart is not null) state.Patience.Begin(Validate());
            else if (state.Step > 0) SettleStep(withCheckpoint);
            state.Settled = state.Step;
        }
        catch
        {
            // All of it is due again.
            state.MoveTo(before);
            throw;
        }
    }

    private void SettleStep(bool withCheckpoint)
    {
        // What is damaged is neither measured nor written.
        var isVerified = withCheckpoint || IsDue(plan.Spec.Checkpoints.EverySteps) || IsDue(plan.Spec.Resources.VerifyEverySteps);
        if (isVerified) Verify();
        // A checkpoint tells what its validation found, so that comes first.
        var metrics = IsDue(plan.Phase.Validate.EverySteps) ? Validate() : CheckpointState.NoMetrics;
        state.Patience.Count(metrics);
        if (!withCheckpoint && !IsDue(plan.Spec.Checkpoints.EverySteps)) return;
        // It may have become the last step.
        if (!isVerified) Verify();
        WriteCheckpoint(metrics, isNeeded: withCheckpoint || IsOver);
    }

    /// <summary>Finds members that hold other bits than the rest.</summary>
    private void Verify()
    {
        if (ring.Size > 1) MemberHashes.Compare(ring, plan.Workers, state.Hash(), state.Step);
        progress.AllHave(state.Step);
    }

    /// <summary>Where somebody asks for it, or nobody is left who could go on, the step gets a checkpoint; else it stays in memory.</summary>
    private void EndAfterStep(IReadOnlyList<StepWish> wishes)
    {
        var isWritten = wishes.Any(wish => wish.HasFlag(StepWish.Checkpoint)) || wishes.All(wish => wish.HasFlag(StepWish.Leave));
        if (isWritten || IsOver)
        {
            Settle(isWritten);
            return;
        }
        ring.Sum([0.0]);
        progress.AllHave(state.Step);
    }

    private (TrainingProtocol.StopCause Cause, string Because) Why(IReadOnlyList<StepWish> wishes)
    {
        var leaving = plan.Workers.Where((_, rank) => wishes[rank].HasFlag(StepWish.Leave)).Select(worker => $"'{worker}'").ToList();
        return leaving.Count == 0
            ? (TrainingProtocol.StopCause.Asked, $"It was told to stop, after step {state.Step}.")
            : (TrainingProtocol.StopCause.Left, $"Worker {string.Join(" and ", leaving)} left after step {state.Step}, told to end.");
    }

    /// <summary>One optimizer step. The update is the same for every split of the global batch: summed gradients over summed units.</summary>
    private (StepRecord Record, StepTime Time) TrainStep(long step)
    {
        using var scope = torch.NewDisposeScope();
        var start = clock.GetTimestamp();
        var sums = SumGradients(step);
        while (sums.Totals.OutOfMemory.Count > 0)
        {
            TakeSmallerPieces(step, sums.Totals.OutOfMemory);
            sums = SumGradients(step);
        }
        var totals = _totals = sums.Totals;

        var rate = LearningRateSchedule.RateAt(plan.Phase.Optimizer, state.Model.Options.DModel, step, work.TotalSteps);
        var norm = double.IsFinite(totals.Loss) ? state.Optimizer.Step(rate, 1 / totals.Units) : double.NaN;
        if (double.IsFinite(norm)) state.Average?.Update(state.Optimizer.Steps);
        else state.Parameters.ZeroGradients();
        (state.Step, state.Loss) = (step, totals.MeanLoss);
        var time = new StepTime(clock.GetElapsedTime(start), sums.WaitedForData, sums.WaitedForRing);
        var record = new StepRecord(step, totals.MeanLoss, totals.Units, sums.Tokens, sums.Tokens / time.Total.TotalSeconds, norm, rate,
            Skipped: !double.IsFinite(norm), totals.Metrics, totals.Examples.Count, totals.Examples.Sum);
        return (record, time);
    }

    /// <summary>The members' gradients of a step, in the flat gradients, and what their losses add up to.</summary>
    private (StepTotals Totals, long Tokens, TimeSpan WaitedForData, TimeSpan WaitedForRing) SumGradients(long step)
    {
        ring.BeginStep(step);
        var begun = clock.GetTimestamp();
        var (own, examples, tokens, cost, waitedForData) = work.Backward(RandomSeeds.OfStep(plan.Spec.Seed, plan.Assignment.PhaseIndex, step),
            gradients.Send, stop.Now);
        var computed = clock.GetTimestamp();
        _speeds.Add(clock.GetElapsedTime(begun, computed) - waitedForData, cost);
        // A member without sums takes part all the same: the others only learn from the totals that this step is void.
        gradients.Finish();
        var totals = StepTotals.Of(ring, own, work.MetricNames, stop.Wish, examples);
        progress.AllHave(step - 1);
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
            throw new WorkerFaultException(workers,
                $"In step {step}, {string.Join(" and ", workers)} had not enough memory for a single example. Leave out long sentences with " +
                    "data.max_length, make the model smaller, and submit the job anew; or give its workers more memory, and go on with 'disttrain " +
                    "resume'.");
        progress.StepInSmallerPieces(step, workers, before / 2, before);
        state.Parameters.FreeActivations();
        state.Parameters.ZeroGradients();
        work.StartAfter(step - 1, before / 2);
    }

    /// <param name="isNeeded">It is not left out because the one before is still being written.</param>
    private void WriteCheckpoint(IReadOnlyDictionary<string, double> metrics, bool isNeeded)
    {
        progress.Flush();
        _written = state.Step;
        if (checkpoints is null) return;
        state.ToHost();
        checkpoints.Write(state.Describe(plan, work.TotalSteps, metrics), state.Weights.Host.Span, state.OptimizerVectors, isNeeded, stop.Now);
    }

    /// <summary>Measures the averaged weights, or the parameters where there is no average.</summary>
    /// <returns>The metrics, the same on every member; none when there is nothing to validate.</returns>
    private IReadOnlyDictionary<string, double> Validate()
    {
        if (work.Validations.Count == 0) return CheckpointState.NoMetrics;
        var start = clock.GetTimestamp();
        var results = new ValidationResults();
        state.Average?.Exchange();
        // Translating is the module's work, on the processor.
        state.Parameters.ValueBuffer.ToHost();
        try
        {
            foreach (var validation in work.Validations) validation.Run(results, stop.Now);
            progress.AllHave(state.Step);
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
