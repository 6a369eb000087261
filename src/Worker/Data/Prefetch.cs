using System.Collections.Concurrent;

namespace DistTrain.Worker.Data;

/// <summary>Makes the elements of a sequence ahead of their use, on a thread of its own, so that a training step never waits for its data.</summary>
public sealed class Prefetch<T> : IDisposable
{
    private readonly BlockingCollection<T> ready;
    private readonly CancellationTokenSource ending = new();
    private readonly Thread thread;
    private Exception? failure;

    /// <param name="source">Enumerated on the other thread.</param>
    /// <param name="ahead">How many elements wait at most. At least 1.</param>
    public Prefetch(IEnumerable<T> source, int ahead = 2)
    {
        ready = new BlockingCollection<T>(ahead);
        thread = new Thread(() => Fill(source)) { IsBackground = true, Name = "prefetch" };
        thread.Start();
    }

    /// <summary>The next element.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    /// <exception cref="InvalidOperationException">The source has ended, or failed (with its exception as the cause).</exception>
    public T Next(CancellationToken stop)
    {
        if (ready.TryTake(out var next, Timeout.Infinite, stop)) return next;
        throw new InvalidOperationException(failure is null ? "No batch is left." : $"The next batch could not be made. {failure.Message}", failure);
    }

    /// <summary>Ends the thread. What was made and not taken is dropped.</summary>
    public void Dispose()
    {
        ending.Cancel();
        thread.Join();
        ready.Dispose();
        ending.Dispose();
    }

    private void Fill(IEnumerable<T> source)
    {
        try
        {
            foreach (var element in source) ready.Add(element, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // Disposed while elements were left: the usual end of a generation that was stopped.
        }
        catch (Exception e)
        {
            failure = e;
        }
        finally
        {
            ready.CompleteAdding();
        }
    }
}
