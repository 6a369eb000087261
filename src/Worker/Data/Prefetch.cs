using System.Collections.Concurrent;

namespace DistTrain.Worker.Data;

/// <summary>Makes the elements of a sequence ahead of their use, on a thread of its own, so that a training step never waits for its data.</summary>
public sealed class Prefetch<T> : IDisposable
{
    private readonly BlockingCollection<T> _ready;
    private readonly CancellationTokenSource _ending = new();
    private readonly Thread _thread;
    private Exception? _failure;

    /// <param name="source">Enumerated on the other thread.</param>
    /// <param name="ahead">How many elements wait at most. At least 1.</param>
    public Prefetch(IEnumerable<T> source, int ahead = 2)
    {
        _ready = new BlockingCollection<T>(ahead);
        _thread = new Thread(() => Fill(source)) { IsBackground = true, Name = "prefetch" };
        _thread.Start();
    }

    /// <summary>The next element.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    /// <exception cref="InvalidOperationException">The source has ended, or failed (with its exception as the cause).</exception>
    public T Next(CancellationToken stop)
    {
        if (_ready.TryTake(out var next, Timeout.Infinite, stop)) return next;
        throw new InvalidOperationException(_failure is null
            ? "No batch is left." : $"The next batch could not be made. {_failure.Message}", _failure);
    }

    /// <summary>Ends the thread. What was made and not taken is dropped.</summary>
    public void Dispose()
    {
        _ending.Cancel();
        _thread.Join();
        _ready.Dispose();
        _ending.Dispose();
    }

    private void Fill(IEnumerable<T> source)
    {
        try
        {
            foreach (var element in source) _ready.Add(element, _ending.Token);
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            // Disposed while elements were left: the usual end of a generation that was stopped.
        }
        catch (Exception e)
        {
            _failure = e;
        }
        finally
        {
            _ready.CompleteAdding();
        }
    }
}
