using DistTrain.Model;
using DistTrain.Shared.Logging;
using DistTrain.Shared.Protocol;
using DistTrain.Worker.Checkpoints;
using DistTrain.Worker.Collectives;
using DistTrain.Worker.Data;
using DistTrain.Worker.Logging;
using DistTrain.Worker.Phases;
using DistTrain.Worker.Training;
using Microsoft.Extensions.Logging;
using TorchSharp;

namespace DistTrain.Worker.Generations;

/// <summary>Trains a generation: closes the ring, brings the state to the step to start from, and runs the <see cref="TrainingLoop"/>.</summary>
/// <param name="dataPlane">Where this worker's data plane listens, as the assignments' members name it.</param>
public sealed class Trainer(DataPlaneListener dataPlane, TrainingOptions options, TimeProvider clock, ILogger<Trainer> log) : ITrainer
{
    /// <inheritdoc/>
    public void Train(TrainingProtocol.StartGeneration assignment, ITrainingListener listener, CancellationToken stop)
    {
        var plan = TrainingPlan.Of(assignment);
        using var lines = log.ForJob(assignment.Job.Value, plan.Phase.Name, assignment.Generation, worker: plan.Workers[assignment.Rank]);
        var threads = options.Threads ?? assignment.Threads;
        LogMessages.GenerationJoined(log, assignment.Generation, assignment.Rank, plan.Members.Count, string.Join(", ", plan.Workers),
            options.Device, threads, Precisions.Of(plan.Spec.Resources.Precision, options.Device).Name());
        TorchLibrary.Load();
        torch.set_num_threads(threads);

        // Before the ring is closed, and so before any member reads a checkpoint.
        if (assignment.Rank == 0) CheckpointWriter.Begin(assignment.RunFolder, assignment.Generation);
        using var tensors = torch.NewDisposeScope();
        using var ring = Ring.Connect(dataPlane, assignment.Job.Value, assignment.Generation, plan.Members, assignment.Rank,
            options.Ring with { Token = assignment.LinkToken ?? "" }, stop);
        using var stores = new PhaseStores(plan.Data);
        using var state = TrainingState.AtPhaseStart(plan, options.Device);
        // Neighbours may read the state's gradients as long as the ring is there: at the end it goes first.
        using var links = ring;
        using var steps = log.ForStep(() => state.Step);
        using var work = PhaseTrainings.Work(new PhaseContext(plan, stores, state, ring, clock, log, stop));
        if (assignment.ResumeFrom is { } checkpoint) state.Resume(checkpoint, plan);
        else if (plan.KeptOptimizer is { } start) state.KeepOptimizer(start);
        MemberHashes.Compare(ring, plan.Workers, state.Parameters.Hash(), state.Step);
        if (ring.Size > 1) LogMessages.RingClosed(log, plan.Workers[(ring.Rank + 1) % ring.Size], ring.Share(state.Parameters.GradientBuffer));

        LogMessages.PhaseStarts(log, plan.Phase.Name, state.Step, work.TotalSteps, stores.Train.Count, state.Parameters.Values.Length,
            Origin(assignment));
        listener.Started(state.Step, work.TotalSteps);
        Train(plan, state, work, ring, listener, stop);
        LogMessages.PhaseFinished(log, plan.Phase.Name, state.Step, work.TotalSteps, state.Loss);
        listener.PhaseFinished(state.Step, state.Loss, state.Weights.Hash());
    }

    private void Train(TrainingPlan plan, TrainingState state, IPhaseWork work, IAllReduce ring, ITrainingListener listener, CancellationToken stop)
    {
        var target = new CheckpointTarget(plan.Assignment.RunFolder, plan.Assignment.Spec, plan.Assignment.Data.TokenizerFolder, state.Model.Options,
            state.Parameters.Slices);
        using var gradients = new GradientReducer(ring, state.Parameters);
        using var checkpoints = ring.Rank == 0
            ? new CheckpointWriter(target, listener.CheckpointWritten, listener.CheckpointDelayed, log, clock) : null;
        var progress = new TrainingProgress(ring.Rank == 0, listener, clock, log);
        try
        {
            new TrainingLoop(plan, state, work, ring, gradients, checkpoints, progress, clock).Run(stop);
            checkpoints?.Finish(stop);
        }
        finally
        {
            progress.Flush();
        }
    }

    private static string Origin(TrainingProtocol.StartGeneration assignment) =>
        assignment.ResumeFrom ?? assignment.PhaseStart ?? "new weights";
}
