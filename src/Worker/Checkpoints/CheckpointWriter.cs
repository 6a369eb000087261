using DistTrain.Shared.Checkpoints;
using DistTrain.Shared.Logging;
using DistTrain.Shared.Protocol;
using DistTrain.Shared.Transfer;
using DistTrain.Worker.Logging;
using Microsoft.Extensions.Logging;

namespace DistTrain.Worker.Checkpoints;

/// <summary>
/// Writes checkpoints in the background, each as a <see cref="CheckpointFolder"/>, from a copy that is taken while training stands still for
/// a moment. One that the disk refuses is tried again until it is written, or until a newer one takes its place.
/// </summary>
public sealed class CheckpointWriter : IDisposable
{
    /// <summary>
    /// How long training waits for a checkpoint that is still being written when the next is due, which is then left out: about as long as a step of
    /// the base model takes on a processor. So none of a small model's is left out because a disk was busy for a moment.
    /// </summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private readonly object _gate = new();
    private readonly CheckpointTarget _target;
    private readonly Action<CheckpointRecord> _written;
    private readonly Action<long, string> _delayed;
    private readonly ILogger _log;
    private readonly TimeProvider _clock;
    private readonly WriteTrouble _trouble;
    private readonly float[] _model;
    private readonly SortedDictionary<string, float[]> _optimizer = new(StringComparer.Ordinal);
    private readonly Thread _thread;
    private readonly CancellationTokenSource _abandoned = new();

    /// <summary>What the copy is of that is not on the disk yet.</summary>
    private CheckpointState? _due;

    /// <summary>The copy was refused and waits for the next try: a newer one may take its place.</summary>
    private bool _isWaiting;

    /// <summary>Training has waited for the one that is being written, and it was not done.</summary>
    private bool _isSlow;

    private CheckpointSupersededException? _superseded;
    private bool _ending;

    /// <param name="written">Called on the writer's thread with each checkpoint that lies in its folder.</param>
    /// <param name="delayed">Called there with the step of one that cannot be written, and why, as a sentence: at first, when that changes, and each
    /// minute.</param>
    /// <param name="log">Where checkpoints and failures are told.</param>
    public CheckpointWriter(CheckpointTarget target, Action<CheckpointRecord> written, Action<long, string> delayed, ILogger log, TimeProvider clock)
    {
        (_target, _written, _delayed, _log, _clock, _trouble) = (target, written, delayed, log, clock, new WriteTrouble(clock));
        _model = new float[target.Slices.Sum(slice => slice.Length)];
        _thread = new Thread(Run) { IsBackground = true, Name = "checkpoints" };
        _thread.Start();
    }

    private bool IsFree => _due is null || _isWaiting;

    /// <summary>
    /// A generation begins: what a writer of an older one still has in hand is put in place no more, and what dead ones left is removed. A disk that
    /// takes nothing now is told of when there is a checkpoint to write.
    /// </summary>
    /// <param name="runFolder">The job's folder.</param>
    /// <exception cref="CheckpointSupersededException">A newer generation has begun.</exception>
    public static void Begin(string runFolder, int generation)
    {
        try
        {
            CheckpointFolder.Begin(CheckpointFiles.Root(runFolder), generation);
        }
        catch (Exception e) when (IsTheDisks(e))
        {
            // The first checkpoint begins with the same.
        }
    }

    /// <summary>
    /// Copies the state and returns; the rest happens in the background. While the checkpoint before is being written it waits, for a few seconds at
    /// most, and then leaves this one out. One that was refused gives way to it.
    /// </summary>
    /// <param name="state">What goes to state.json.</param>
    /// <param name="model">What goes to the model file.</param>
    /// <param name="optimizer">What goes to the optimizer file; the same vectors each time.</param>
    /// <param name="isNeeded">The phase ends with it, or somebody asked for it: it is not left out, however long it has to wait.</param>
    /// <param name="stop">Ends that wait.</param>
    public void Write(CheckpointState state, ReadOnlySpan<float> model, IEnumerable<OptimizerVector> optimizer, bool isNeeded, CancellationToken stop)
    {
        lock (_gate)
        {
            if (isNeeded) WaitUntil(() => IsFree, stop: stop);
            // Waiting again for the same one would add up.
            else if (!IsFree && (_isSlow || (_isSlow = !WaitUntil(() => IsFree, LongestWait, stop))))
            {
                LogMessages.CheckpointLeftOut(_log, state.Step, _due!.Step);
                return;
            }
            model.CopyTo(_model);
            foreach (var vector in optimizer)
            {
                if (!_optimizer.TryGetValue(vector.Prefix, out var copy)) _optimizer[vector.Prefix] = copy = new float[_model.Length];
                vector.Values.Span.CopyTo(copy);
            }
            _due = state;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits until the last checkpoint is written, however often it has to be tried.</summary>
    /// <exception cref="CheckpointSupersededException">A newer generation has begun.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public void Finish(CancellationToken stop)
    {
        lock (_gate)
        {
            WaitUntil(() => _due is null, stop: stop);
            if (_superseded is not null) throw _superseded;
        }
    }

    /// <summary>
    /// Gives up the checkpoint that is being written: the members hold its state, and go on without waiting for the disk.
    /// </summary>
    public void Abandon() => _abandoned.Cancel();

    /// <summary>Ends after the checkpoint that is being written. One that was refused is not tried again.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _ending = true;
            Monitor.PulseAll(_gate);
        }
        _thread.Join();
        _abandoned.Dispose();
    }

    // What a disk says comes in many types: a file that is too large for it is an argument out of range. And whatever else it may be is told, too.
    private static bool IsTheDisks(Exception e) => e is not CheckpointSupersededException;

    private void Run()
    {
        while (NextDue() is { } state)
        {
            var isDone = TryWrite(state);
            lock (_gate)
            {
                _isSlow = false;
                (_due, _isWaiting) = isDone ? (null, false) : (_due, true);
                Monitor.PulseAll(_gate);
                if (!isDone) WaitUntil(() => _ending, _trouble.Delay);
                _isWaiting = false;
                if (!_ending || _due is null) continue;
                LogMessages.CheckpointAbandoned(_log, _due.Step);
                return;
            }
        }
    }

    private CheckpointState? NextDue()
    {
        lock (_gate)
        {
            WaitUntil(() => _due is not null || _ending);
            return _due;
        }
    }

    /// <summary>With the gate in hand, which it leaves meanwhile.</summary>
    /// <returns>False when it took too long.</returns>
    private bool WaitUntil(Func<bool> done, TimeSpan? atMost = null, CancellationToken stop = default)
    {
        var over = false;
        void Wake()
        {
            lock (_gate) Monitor.PulseAll(_gate);
        }
        using var timer = atMost is { } time ? _clock.CreateTimer(_ => { over = true; Wake(); }, null, time, Timeout.InfiniteTimeSpan) : null;
        // Not disposed, which would wait for a call that waits for the gate.
        var stopped = stop.Register(Wake);
        while (!done() && !Volatile.Read(ref over))
        {
            stop.ThrowIfCancellationRequested();
            Monitor.Wait(_gate);
        }
        stopped.Unregister();
        return done();
    }

    /// <returns>False when it has to be tried again.</returns>
    private bool TryWrite(CheckpointState state)
    {
        var folder = CheckpointFiles.Folder(_target.RunFolder, state.Phase, state.Step);
        // Training is steps ahead by now.
        using var step = _log.ForStep(() => state.Step);
        try
        {
            var start = _clock.GetTimestamp();
            var bytes = CheckpointFolder.Write(
                folder, state.Generation, temporary => CheckpointContent.Write(temporary, _target, state, _model, _optimizer,
                    _abandoned.Token));
            LogMessages.CheckpointWritten(_log, folder, bytes / 1e6, _clock.GetElapsedTime(start).TotalSeconds);
            var place = _target.Deliver is { } deliver ? deliver(folder, _abandoned.Token) : folder;
            _trouble.IsOver();
            _written(new CheckpointRecord(state.Phase, state.Step, place, bytes, state.ParametersHash));
            return true;
        }
        catch (CheckpointSupersededException e)
        {
            LogMessages.CheckpointFailed(_log, e.Message);
            _superseded = e;
            return true;
        }
        catch (OperationCanceledException) when (_abandoned.IsCancellationRequested)
        {
            LogMessages.CheckpointAbandoned(_log, state.Step);
            return true;
        }
        catch (Exception e) when (IsTheDisks(e))
        {
            if (_trouble.IsNews(e)) TellDelayed(state.Step, folder, e);
            return false;
        }
    }

    private void TellDelayed(long step, string folder, Exception cause)
    {
        var (trouble, remedy) = cause is TransferException
            ? ("is written, but not where the coordinator finds it", "See to it")
            : ("cannot be written", "Free space there, or make the folder writable");
        var because = $"The checkpoint '{folder}' {trouble}: {cause.Message.TrimEnd('.')}. {remedy}; it is tried again by itself until then, and " +
            "the phase does not end without its last one.";
        LogMessages.CheckpointFailed(_log, because);
        _delayed(step, because);
    }
}
