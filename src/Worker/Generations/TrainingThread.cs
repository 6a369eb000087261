using System.Collections.Concurrent;
using DistTrain.Shared.Checkpoints;
using DistTrain.Shared.Logging;
using DistTrain.Shared.Protocol;
using DistTrain.Worker.Collectives;
using DistTrain.Worker.Logging;
using DistTrain.Worker.Training;
using Microsoft.Extensions.Logging;

namespace DistTrain.Worker.Generations;

/// <summary>
/// The one thread of a worker that touches tensors: their dispose scopes belong to a thread. It trains the generations it is given, one
/// after the other, and never lets an exception out: how a generation ended goes to its listener.
/// </summary>
public sealed class TrainingThread : IDisposable
{
    private const string Ending = "The worker is ending.";

    private readonly BlockingCollection<Action> _work = [];
    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITrainer _trainer;
    private readonly ILogger _log;
    private readonly Thread _thread;

    /// <param name="trainer">Called on the training thread only.</param>
    /// <param name="log">Where the end of each generation is told.</param>
    public TrainingThread(ITrainer trainer, ILogger<TrainingThread> log)
    {
        (_trainer, _log) = (trainer, log);
        _thread = new Thread(Run) { IsBackground = true, Name = "training" };
        _thread.Start();
    }

    /// <summary>Trains a generation as soon as the thread is free. Returns at once.</summary>
    /// <param name="listener">Told everything; <see cref="ITrainingListener.Ended"/> is called exactly once, last.</param>
    /// <param name="stop">Ends the generation between two steps, or a wait for its ring at once.</param>
    public void Run(TrainingProtocol.StartGeneration assignment, ITrainingListener listener, CancellationToken stop)
    {
        try
        {
            _work.Add(() => Train(assignment, listener, stop), CancellationToken.None);
        }
        catch (InvalidOperationException) when (_ending.IsCancellationRequested)
        {
            listener.Ended(TrainingProtocol.StopCause.Asked, Ending);
        }
    }

    /// <summary>Stops the generation under way and ends the thread. Returns at once.</summary>
    /// <returns>Completes when the thread has ended: after the step that it is in. A process that ends before pulls libtorch away from under
    /// it.</returns>
    public Task End()
    {
        _ending.Cancel();
        _work.CompleteAdding();
        return _ended.Task;
    }

    /// <summary>The same, and waits for it.</summary>
    public void Dispose()
    {
        End();
        _thread.Join();
        _work.Dispose();
        _ending.Dispose();
    }

    private void Run()
    {
        foreach (var next in _work.GetConsumingEnumerable()) next();
        _ended.SetResult();
    }

    /// <summary>Whose doing a failure is: what is not known to be the job's may succeed on another worker.</summary>
    /// <returns>The cause, and who is at fault where that may be another member.</returns>
    private static (TrainingProtocol.StopCause Cause, WorkerId? Culprit) Blame(Exception failure, TrainingProtocol.StartGeneration assignment) =>
        failure switch
        {
            TrainingException => (TrainingProtocol.StopCause.JobAtFault, null),
            MembersDifferException => (TrainingProtocol.StopCause.MembersDiffer, null),
            WorkerFaultException fault => (TrainingProtocol.StopCause.WorkerAtFault,
                new WorkerId(fault.SeenBy(assignment.Members[assignment.Rank].Worker.Value))),
            _ => (TrainingProtocol.StopCause.WorkerAtFault, null),
        };

    private void Train(TrainingProtocol.StartGeneration assignment, ITrainingListener listener, CancellationToken stop)
    {
        using var scope = _log.ForJob(assignment.Job.Value, generation: assignment.Generation,
            worker: assignment.Members.ElementAtOrDefault(assignment.Rank)?.Worker.Value);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, _ending.Token);
        try
        {
            _trainer.Train(assignment, listener, either.Token);
            listener.Ended(TrainingProtocol.StopCause.Asked, "The phase is finished.");
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            listener.Ended(TrainingProtocol.StopCause.Asked, _ending.IsCancellationRequested ? Ending : "It was told to stop.");
        }
        catch (RingBrokenException e)
        {
            // Steps before the one under way are done.
            var done = Math.Max(0, e.Step - 1);
            using (_log.ForStep(() => done)) LogMessages.RingBroken(_log, e.Message);
            listener.Ended(TrainingProtocol.StopCause.RingBroken, e.Message, new(new WorkerId(e.Peer), e.Reason, done));
        }
        catch (CheckpointDamagedException e) when (assignment.ResumeFrom is { } resumed && e.File.StartsWith(resumed, StringComparison.Ordinal))
        {
            LogMessages.CheckpointUnusable(_log, e.Message);
            listener.Ended(TrainingProtocol.StopCause.CheckpointDamaged, e.Message);
        }
        catch (Exception e)
        {
            // Whatever it is, the coordinator must hear of it: a generation that ends in silence would be waited for.
            LogMessages.TrainingFailed(_log, e);
            var (cause, culprit) = Blame(e, assignment);
            listener.Ended(cause, e.Message, culprit is { } worker ? new(worker, "is at fault", 0) : null);
        }
    }
}
