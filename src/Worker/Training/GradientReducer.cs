using System.Runtime.ExceptionServices;
using DistTrain.Model.Weights;
using DistTrain.Worker.Collectives;

namespace DistTrain.Worker.Training;

/// <summary>
/// Adds up the members' gradients bucket by bucket while backward is still computing the rest, on a thread of its own. Which buckets there
/// are, and their order, is fixed: timing decides only when a bucket travels. A ring of one member has nothing to add up and no thread.
/// </summary>
/// <remarks>The ring allows one call at a time: between a step's first <see cref="Send"/> and the end of its <see cref="Finish"/> it belongs to this object.</remarks>
internal sealed class GradientReducer : IDisposable
{
    private readonly object gate = new();
    private readonly IAllReduce ring;
    private readonly FlatParameters parameters;
    private readonly IReadOnlyList<Piece> buckets;
    private readonly Thread? thread;
    private int sent, summed;
    private bool ending;
    private ExceptionDispatchInfo? failure;

    /// <param name="leastBytes">Of a bucket.</param>
    public GradientReducer(IAllReduce ring, FlatParameters parameters, int leastBytes = GradientBuckets.LeastBytes)
    {
        (this.ring, this.parameters) = (ring, parameters);
        buckets = GradientBuckets.Of(parameters.LayerOffsets, parameters.Gradients.Length, leastBytes / sizeof(float));
        if (ring.Size == 1) return;
        thread = new Thread(Run) { IsBackground = true, Name = "gradients" };
        thread.Start();
    }

    /// <summary>Hands over the buckets that lie from an offset to the end, which nobody changes any more. Returns at once.</summary>
    public void Send(int from)
    {
        if (thread is null) return;
        lock (gate)
        {
            while (sent < buckets.Count && buckets[sent].Start >= from) sent++;
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Hands over what is left, and returns when the gradients are the members' sums.</summary>
    /// <exception cref="RingBrokenException">A member was lost.</exception>
    /// <exception cref="OperationCanceledException">The ring was stopped.</exception>
    public void Finish()
    {
        Send(from: 0);
        if (thread is null) return;
        lock (gate)
        {
            while (summed < buckets.Count && failure is null) Monitor.Wait(gate);
            failure?.Throw();
            (sent, summed) = (0, 0);
        }
    }

    /// <summary>Ends the thread, which lets go of the gradients. Where a step is under way it will not be finished, so that the ring is ended too.</summary>
    public void Dispose()
    {
        if (thread is null) return;
        bool underWay;
        lock (gate)
        {
            (ending, underWay) = (true, sent > 0);
            Monitor.PulseAll(gate);
        }
        if (underWay) ring.Dispose();
        thread.Join();
    }

    private void Run()
    {
        try
        {
            while (NextBucket() is { } bucket)
            {
                // From another device than the CPU the copy waits for whatever that device was given so far, which may be all of backward.
                parameters.GradientBuffer.ToHost(bucket.Start, bucket.Length);
                ring.Sum(parameters.Gradients.Slice(bucket.Start, bucket.Length));
                parameters.GradientBuffer.ToDevice(bucket.Start, bucket.Length);
                lock (gate)
                {
                    summed++;
                    Monitor.PulseAll(gate);
                }
            }
        }
        catch (Exception e)
        {
            // Whatever it is, it belongs to the thread that trains, which may not even wait yet.
            lock (gate)
            {
                failure = ExceptionDispatchInfo.Capture(e);
                Monitor.PulseAll(gate);
            }
        }
    }

    /// <summary>Waits until there is a bucket to sum; null at the end.</summary>
    private Piece? NextBucket()
    {
        lock (gate)
        {
            while (summed == sent && !ending) Monitor.Wait(gate);
            return ending ? null : buckets[summed];
        }
    }
}
