using System.Diagnostics;
using DistTrain.Model;
using DistTrain.Shared.Logging;
using DistTrain.Shared.Protocol;
using DistTrain.Worker.Checkpoints;
using DistTrain.Worker.Collectives;
using DistTrain.Worker.Folders;
using DistTrain.Worker.Logging;
using DistTrain.Worker.Phases;
using DistTrain.Worker.Training;
using Microsoft.Extensions.Logging;
using TorchSharp;

namespace DistTrain.Worker.Generations;

/// <summary>
/// Trains generations: closes the ring, brings the state to the step to start from, and runs the <see cref="TrainingLoop"/>. The state stays in
/// memory for the generation that comes next.
/// </summary>
/// <param name="dataPlane">Where this worker's data plane listens, as the assignments' members name it.</param>
public sealed class Trainer(DataPlaneListener dataPlane, TrainingOptions options, TimeProvider clock, ILogger<Trainer> log) : ITrainer
{
    private readonly RunFolders _folders = new(options.Cache, clock, log);
    private HeldPhase? _held;

    /// <inheritdoc/>
    public (TrainingProtocol.StopCause Cause, string Because) Train(
        TrainingProtocol.StartGeneration assignment, ITrainingListener listener, GenerationStop stop)
    {
        var plan = TrainingPlan.Of(assignment);
        using var lines = log.ForJob(assignment.Job.Value, plan.Phase.Name, assignment.Generation, worker: plan.Workers[assignment.Rank]);
        var threads = options.Threads ?? assignment.Threads;
        LogMessages.GenerationJoined(log, assignment.Generation, assignment.Rank, plan.Members.Count, string.Join(", ", plan.Workers),
            options.Device, threads, Precisions.Of(plan.Spec.Resources.Precision, options.Device).Name());
        TorchLibrary.Load();
        torch.set_num_threads(threads);
        try
        {
            using var folder = _folders.Open(assignment);
            return Train(TrainingPlan.Of(folder.Assignment), folder, listener, stop) ?? (TrainingProtocol.StopCause.Asked, "The phase is finished.");
        }
        catch (Exception e) when (!(e is RingBrokenException or OperationCanceledException
            || (e is WorkerFaultException fault && !fault.Names(plan.Workers[assignment.Rank]))))
        {
            // Of what failed in the middle of something nobody knows what it left.
            LetGo();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Prepare(TrainingProtocol.StartGeneration assignment)
    {
        using var folder = _folders.Open(assignment);
        var plan = TrainingPlan.Of(folder.Assignment);
        if (_held?.IsOf(plan, options.Device) == true) return;
        var start = clock.GetTimestamp();
        folder.Fetch(isHeld: false, CancellationToken.None);
        TorchLibrary.Load();
        torch.set_num_threads(options.Threads ?? assignment.Threads);
        LetGo();
        try
        {
            _held = HeldPhase.AtPhaseStart(plan, options.Device);
            DryStep(plan, _held);
        }
        catch
        {
            LetGo();
            throw;
        }
        LogMessages.Prepared(log, assignment.Generation, clock.GetElapsedTime(start).TotalSeconds);
    }

    /// <inheritdoc/>
    public RosterProtocol.HeldState? Held() => _held is { IsWhole: true } held ? held.Describe() : null;

    /// <inheritdoc/>
    public void LetGo(JobId job)
    {
        if (_held?.IsOf(job) == true) LetGo();
    }

    public void Dispose() => LetGo();

    private (TrainingProtocol.StopCause Cause, string Because)? Train(TrainingPlan plan, IRunFolder folder, ITrainingListener listener,
        GenerationStop stop)
    {
        var assignment = plan.Assignment;
        // Before the ring is closed, and so before any member reads a checkpoint.
        if (assignment.Rank == 0)
        {
            folder.Begin(stop.Now);
            CheckpointWriter.Begin(assignment.RunFolder, assignment.Generation);
        }
        using var ring = Ring.Connect(dataPlane, assignment.Job.Value, assignment.Generation, plan.Members, assignment.Rank,
            options.Ring with { Token = assignment.LinkToken ?? "" }, stop.Now, clock, log);
        // With the ring closed, where the others wait for whoever is at work.
        folder.Fetch(isHeld: CanGoOn(plan), stop.Now);
        var held = Hold(plan);
        var state = held.State;
        using var tensors = torch.NewDisposeScope();
        using var steps = log.ForStep(() => state.Step);
        using var work = PhaseTrainings.Work(new PhaseContext(plan, held, ring, clock, log, stop.Now));
        var progress = new TrainingProgress(ring, held.Ledger, listener, clock, log);
        MoveToStart(plan, held, ring);
        state.Parameters.ZeroGradients();
        MemberHashes.Compare(ring, plan.Workers, state.Hash(), state.Step);
        held.Generation = assignment.Generation;
        if (ring.Size > 1) LogMessages.RingClosed(log, plan.Workers[(ring.Rank + 1) % ring.Size], ring.Share(state.Parameters.GradientBuffer));

        LogMessages.PhaseStarts(log, plan.Phase.Name, state.Step, work.TotalSteps, held.Stores.Train.Count, state.Parameters.Values.Length,
            Origin(assignment));
        listener.Started(state.Step, work.TotalSteps);
        stop.BeginSteps();
        if (plan.SourceRank == ring.Rank && assignment.Known is { } known) progress.ReportAfter(known);
        if (Train(plan, folder, state, work, ring, progress, listener, stop) is { } early) return early;
        LogMessages.PhaseFinished(log, plan.Phase.Name, state.Step, work.TotalSteps, state.Loss);
        listener.PhaseFinished(state.Step, state.Loss, state.Weights.Hash());
        return null;
    }

    /// <summary>Has compiled what a step takes, and allocated what it needs, before others wait for it.</summary>
    private void DryStep(TrainingPlan plan, HeldPhase held)
    {
        using var tensors = torch.NewDisposeScope();
        using var alone = new SingleMember(CancellationToken.None);
        using var work = PhaseTrainings.Work(new PhaseContext(plan, held, alone, clock, log, CancellationToken.None) { IsDry = true });
        work.StartAfter(held.State.Step, work.PieceTokens);
        work.Backward(plan.Spec.Seed, _ => { }, CancellationToken.None);
        held.State.Parameters.ZeroGradients();
    }

    /// <summary>What is held already, where that is what the assignment is about; else the phase at its start.</summary>
    private HeldPhase Hold(TrainingPlan plan)
    {
        if (CanGoOn(plan)) return _held!;
        LetGo();
        return _held = HeldPhase.AtPhaseStart(plan, options.Device);
    }

    private bool CanGoOn(TrainingPlan plan)
    {
        // The state of a step leads back to the phase's start only through a folder.
        var isAtStart = plan.Assignment.ResumeFrom is null && plan.Assignment.Held is null;
        return _held?.IsOf(plan, options.Device) == true && (!isAtStart || _held.State.Step == 0);
    }

    /// <summary>Brings the state to where the generation starts from.</summary>
    private void MoveToStart(TrainingPlan plan, HeldPhase held, IAllReduce ring)
    {
        var assignment = plan.Assignment;
        if (plan.SourceRank is { } source)
        {
            var start = clock.GetTimestamp();
            var bytes = StateTransfer.Run(ring, held, source, plan.Workers[source], assignment.Held!.Step);
            if (bytes > 0) LogMessages.StateTransferred(log, assignment.Held.Step, plan.Workers[source], bytes / 1e6,
                clock.GetElapsedTime(start).TotalSeconds);
            return;
        }
        // Of what did not become a step's nobody may go on.
        held.IsWhole = false;
        held.Ledger.Clear();
        if (assignment.ResumeFrom is { } checkpoint) held.State.Resume(checkpoint, plan);
        else MoveToPhaseStart(plan, held.State);
        held.IsWhole = true;
    }

    // One that got as far as this before has what is due at the start behind it, and the others have not: all do it again.
    private static void MoveToPhaseStart(TrainingPlan plan, TrainingState state)
    {
        state.MoveTo(StatePosition.AtPhaseStart);
        if (plan.KeptOptimizer is { } start) state.KeepOptimizer(start);
    }

    private (TrainingProtocol.StopCause Cause, string Because)? Train(
        TrainingPlan plan, IRunFolder folder, TrainingState state, IPhaseWork work, IAllReduce ring, TrainingProgress progress,
        ITrainingListener listener, GenerationStop stop)
    {
        var target = new CheckpointTarget(plan.Assignment.RunFolder, plan.Assignment.Spec, plan.Assignment.Data.TokenizerFolder, state.Model.Options,
            state.Parameters.Slices, folder.Deliver);
        using var gradients = new GradientReducer(ring, state.Parameters);
        using var checkpoints = ring.Rank == 0
            ? new CheckpointWriter(target, listener.CheckpointWritten, listener.CheckpointDelayed, log, clock) : null;
        try
        {
            var early = new TrainingLoop(plan, state, work, ring, gradients, checkpoints, progress, stop, clock).Run();
            // Where it ends without a checkpoint of its last step, none is waited for.
            if (early is null || state.IsSettled) checkpoints?.Finish(stop.Now);
            return early;
        }
        catch
        {
            checkpoints?.Abandon();
            throw;
        }
        finally
        {
            progress.Flush();
        }
    }

    private void LetGo()
    {
        var held = _held;
        _held = null;
        held?.Dispose();
    }

    private static string Origin(TrainingProtocol.StartGeneration assignment) => assignment.Held is { } held
        ? $"what {held.Worker} holds" : assignment.ResumeFrom ?? assignment.PhaseStart ?? "new weights";
}
