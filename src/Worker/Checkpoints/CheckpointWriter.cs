using DistTrain.Shared.Checkpoints;
using DistTrain.Shared.Logging;
using DistTrain.Shared.Protocol;
using DistTrain.Worker.Logging;
using Microsoft.Extensions.Logging;

namespace DistTrain.Worker.Checkpoints;

/// <summary>
/// Writes checkpoints in the background, each as a <see cref="CheckpointFolder"/>, from a copy that is taken while training stands still for
/// a moment.
/// </summary>
public sealed class CheckpointWriter : IDisposable
{
    private static readonly TimeSpan BetweenSigns = TimeSpan.FromSeconds(1);

    private readonly object _gate = new();
    private readonly CheckpointTarget _target;
    private readonly Action<CheckpointRecord> _written;
    private readonly ILogger _log;
    private readonly TimeProvider _clock;
    private readonly float[] _model;
    private readonly SortedDictionary<string, float[]> _optimizer = new(StringComparer.Ordinal);
    private readonly Thread _thread;
    private CheckpointState? _due;
    private IOException? _failure;
    private bool _ending;

    /// <param name="written">Called on the writer's thread with each checkpoint that lies in its folder.</param>
    /// <param name="log">Where checkpoints and failures are told.</param>
    public CheckpointWriter(CheckpointTarget target, Action<CheckpointRecord> written, ILogger log, TimeProvider clock)
    {
        (_target, _written, _log, _clock) = (target, written, log, clock);
        _model = new float[target.Slices.Sum(slice => slice.Length)];
        _thread = new Thread(Run) { IsBackground = true, Name = "checkpoints" };
        _thread.Start();
    }

    /// <summary>Copies the state and returns; the rest happens in the background. Waits while the checkpoint before is still being written.</summary>
    /// <param name="state">What goes to state.json.</param>
    /// <param name="model">What goes to the model file.</param>
    /// <param name="optimizer">What goes to the optimizer file; the same vectors each time.</param>
    public void Write(CheckpointState state, ReadOnlySpan<float> model, IEnumerable<OptimizerVector> optimizer)
    {
        lock (_gate)
        {
            while (_due is not null) Monitor.Wait(_gate);
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

    /// <summary>Waits until nothing is being written, however that ends.</summary>
    /// <param name="whileWaiting">Called each second meanwhile.</param>
    public void AwaitWritten(Action whileWaiting)
    {
        lock (_gate)
        {
            while (_due is not null)
                if (!Monitor.Wait(_gate, BetweenSigns)) whileWaiting();
        }
    }

    /// <summary>Waits until nothing is being written.</summary>
    /// <exception cref="IOException">The last checkpoint could not be written. Those before may have failed too: that was logged.</exception>
    public void Finish()
    {
        lock (_gate)
        {
            while (_due is not null) Monitor.Wait(_gate);
            if (_failure is not null) throw _failure;
        }
    }

    /// <summary>Ends after the checkpoint that is being written.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _ending = true;
            Monitor.PulseAll(_gate);
        }
        _thread.Join();
    }

    private void Run()
    {
        while (NextDue() is { } state)
        {
            var problem = Write(state);
            lock (_gate)
            {
                (_due, _failure) = (null, problem);
                Monitor.PulseAll(_gate);
            }
        }
    }

    private CheckpointState? NextDue()
    {
        lock (_gate)
        {
            while (_due is null && !_ending) Monitor.Wait(_gate);
            return _due;
        }
    }

    private IOException? Write(CheckpointState state)
    {
        var folder = CheckpointFiles.Folder(_target.RunFolder, state.Phase, state.Step);
        // Training is steps ahead by now.
        using var step = _log.ForStep(() => state.Step);
        try
        {
            var start = _clock.GetTimestamp();
            var bytes = CheckpointFolder.Write(
                folder, state.Generation, temporary => CheckpointContent.Write(temporary, _target, state, _model, _optimizer));
            LogMessages.CheckpointWritten(_log, folder, bytes / 1e6, _clock.GetElapsedTime(start).TotalSeconds);
            _written(new CheckpointRecord(state.Phase, state.Step, folder, bytes, state.ParametersHash));
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var failure = e as CheckpointSupersededException
                ?? new IOException($"The checkpoint '{folder}' could not be written: {e.Message} Free space there, or make the folder writable.", e);
            LogMessages.CheckpointFailed(_log, failure.Message);
            return failure;
        }
    }
}
