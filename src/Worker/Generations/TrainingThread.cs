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
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITrainer _trainer;
    private readonly ILogger _log;
    private readonly Thread _thread;
    private GenerationStop? _current;

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
    /// <param name="stop">Ends the generation before its phase does.</param>
    public void Run(TrainingProtocol.StartGeneration assignment, ITrainingListener listener, GenerationStop stop)
    {
        try
        {
            _work.Add(() => Train(assignment, listener, stop), CancellationToken.None);
        }
        catch (InvalidOperationException) when (_work.IsAddingCompleted)
        {
            listener.Ended(TrainingProtocol.StopCause.Asked, Ending);
        }
    }

    /// <summary>Makes ready for a generation that comes later, as soon as the thread is free.</summary>
    /// <param name="then">Told what is held afterwards, and why it could not be made ready, or null.</param>
    public void Prepare(TrainingProtocol.StartGeneration assignment, Action<RosterProtocol.HeldState?, string?> then)
    {
        try
        {
            _work.Add(() =>
            {
                var failure = Preparation(assignment);
                then(Held(), failure);
            }, CancellationToken.None);
        }
        catch (InvalidOperationException) when (_work.IsAddingCompleted)
        {
            then(null, Ending);
        }
    }

    /// <summary>Lets go of what is held of a job, as soon as the thread is free.</summary>
    /// <param name="then">Told what is held afterwards.</param>
    public void LetGo(JobId job, Action<RosterProtocol.HeldState?> then)
    {
        try
        {
            _work.Add(() =>
            {
                _trainer.LetGo(job);
                then(Held());
            }, CancellationToken.None);
        }
        catch (InvalidOperationException) when (_work.IsAddingCompleted)
        {
            // All of it goes with the thread.
        }
    }

    /// <summary>Takes nothing more and ends the thread when the generation under way has ended. Returns at once.</summary>
    /// <returns>Completes when the thread has ended. A process that ends before pulls libtorch away from under it.</returns>
    public Task End()
    {
        _work.CompleteAdding();
        return _ended.Task;
    }

    /// <summary>Stops the generation under way, and waits for the thread's end.</summary>
    public void Dispose()
    {
        End();
        Volatile.Read(ref _current)?.Request(TrainingProtocol.StopManner.Now);
        _thread.Join();
        _work.Dispose();
    }

    private RosterProtocol.HeldState? Held()
    {
        try
        {
            return _trainer.Held();
        }
        catch (Exception e)
        {
            // Such as a device that does not answer any more: what it holds is of no use.
            LogMessages.StateUnreadable(_log, e);
            return null;
        }
    }

    private void Run()
    {
        foreach (var next in _work.GetConsumingEnumerable()) next();
        _trainer.Dispose();
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

    /// <returns>Why it failed, as a sentence; null when it did not.</returns>
    private string? Preparation(TrainingProtocol.StartGeneration assignment)
    {
        using var scope = _log.ForJob(assignment.Job.Value, generation: assignment.Generation,
            worker: assignment.Members.ElementAtOrDefault(assignment.Rank)?.Worker.Value);
        try
        {
            _trainer.Prepare(assignment);
            return null;
        }
        catch (Exception e)
        {
            // Whatever it is: the generation that comes tells what it does here.
            LogMessages.NotPrepared(_log, e);
            return e.Message;
        }
    }

    private void Train(TrainingProtocol.StartGeneration assignment, ITrainingListener listener, GenerationStop stop)
    {
        using var scope = _log.ForJob(assignment.Job.Value, generation: assignment.Generation,
            worker: assignment.Members.ElementAtOrDefault(assignment.Rank)?.Worker.Value);
        Volatile.Write(ref _current, stop);
        var end = Outcome(assignment, listener, stop);
        Volatile.Write(ref _current, null);
        listener.Ended(end.Cause, end.Because, end.Ring, Held());
    }

    private (TrainingProtocol.StopCause Cause, string Because, TrainingProtocol.RingBreak? Ring) Outcome(
        TrainingProtocol.StartGeneration assignment, ITrainingListener listener, GenerationStop stop)
    {
        try
        {
            // What is left in the queue of a thread that ends is not begun.
            if (_work.IsAddingCompleted) return (TrainingProtocol.StopCause.Asked, Ending, null);
            var (cause, because) = _trainer.Train(assignment, listener, stop);
            return (cause, because, null);
        }
        catch (OperationCanceledException) when (stop.Now.IsCancellationRequested)
        {
            return (TrainingProtocol.StopCause.Asked, _work.IsAddingCompleted ? Ending : "It was told to stop.", null);
        }
        catch (RingBrokenException e)
        {
            // Steps before the one under way are done.
            var done = Math.Max(0, e.Step - 1);
            using (_log.ForStep(() => done)) LogMessages.RingBroken(_log, e.Message);
            return (TrainingProtocol.StopCause.RingBroken, e.Message, new(new WorkerId(e.Peer), e.Reason, done));
        }
        catch (CheckpointDamagedException e) when (assignment.ResumeFrom is { } resumed && e.File.StartsWith(resumed, StringComparison.Ordinal))
        {
            LogMessages.CheckpointUnusable(_log, e.Message);
            return (TrainingProtocol.StopCause.CheckpointDamaged, e.Message, null);
        }
        catch (Exception e)
        {
            // Whatever it is, the coordinator must hear of it: a generation that ends in silence would be waited for.
            LogMessages.TrainingFailed(_log, e);
            var (cause, culprit) = Blame(e, assignment);
            return (cause, e.Message, culprit is { } worker ? new(worker, "is at fault", 0) : null);
        }
    }
}
