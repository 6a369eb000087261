using System.Runtime.ExceptionServices;
using DistTrain.Model.Weights;
using DistTrain.Worker.Collectives;

namespace DistTrain.Worker.Training;

/// <summary>
/// Adds up the members' gradients bucket by bucket while backward is still computing the rest, on a thread of its own. Which buckets there
/// are, and their order, is fixed: timing decides only when a bucket travels. A ring of one member has nothing to add up and no thread.
/// </summary>
/// <remarks>The ring allows one call at a time: between a step's first <see cref="Send"/> and the end of its <see cref="Finish"/> it belongs to this
/// object.</remarks>
internal sealed class GradientReducer : IDisposable
{
    private readonly object _gate = new();
    private readonly IAllReduce _ring;
    private readonly FlatParameters _parameters;
    private readonly IReadOnlyList<Piece> _buckets;
    private readonly Thread? _thread;
    private int _sent, _summed;
    private bool _ending;
    private ExceptionDispatchInfo? _failure;

    /// <param name="leastBytes">Of a bucket.</param>
    public GradientReducer(IAllReduce ring, FlatParameters parameters, int leastBytes = GradientBuckets.LeastBytes)
    {
        (_ring, _parameters) = (ring, parameters);
        _buckets = GradientBuckets.Of(parameters.LayerOffsets, parameters.Gradients.Length, leastBytes / sizeof(float));
        if (ring.Size == 1) return;
        _thread = new Thread(Run) { IsBackground = true, Name = "gradients" };
        _thread.Start();
    }

    /// <summary>Hands over the buckets that lie from an offset to the end, which nobody changes any more. Returns at once.</summary>
    public void Send(int from)
    {
        if (_thread is null) return;
        lock (_gate)
        {
            while (_sent < _buckets.Count && _buckets[_sent].Start >= from) _sent++;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Hands over what is left, and returns when the gradients are the members' sums.</summary>
    /// <exception cref="RingBrokenException">A member was lost.</exception>
    /// <exception cref="OperationCanceledException">The ring was stopped.</exception>
    public void Finish()
    {
        Send(from: 0);
        if (_thread is null) return;
        lock (_gate)
        {
            while (_summed < _buckets.Count && _failure is null) Monitor.Wait(_gate);
            _failure?.Throw();
            (_sent, _summed) = (0, 0);
        }
    }

    /// <summary>
    /// Ends the thread, which lets go of the gradients. Where a step is under way it will not be finished, so that the ring is ended too.
    /// </summary>
    public void Dispose()
    {
        if (_thread is null) return;
        bool underWay;
        lock (_gate)
        {
            (_ending, underWay) = (true, _sent > 0);
            Monitor.PulseAll(_gate);
        }
        if (underWay) _ring.Dispose();
        _thread.Join();
    }

    private void Run()
    {
        try
        {
            while (NextBucket() is { } bucket)
            {
                // From another device than the CPU the copy waits for whatever that device was given so far, which may be all of backward.
                _parameters.GradientBuffer.ToHost(bucket.Start, bucket.Length);
                _ring.Sum(_parameters.Gradients.Slice(bucket.Start, bucket.Length));
                _parameters.GradientBuffer.ToDevice(bucket.Start, bucket.Length);
                lock (_gate)
                {
                    _summed++;
                    Monitor.PulseAll(_gate);
                }
            }
        }
        catch (Exception e)
        {
            // Whatever it is, it belongs to the thread that trains, which may not even wait yet.
            lock (_gate)
            {
                _failure = ExceptionDispatchInfo.Capture(e);
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>Waits until there is a bucket to sum; null at the end.</summary>
    private Piece? NextBucket()
    {
        lock (_gate)
        {
            while (_summed == _sent && !_ending) Monitor.Wait(_gate);
            return _ending ? null : _buckets[_summed];
        }
    }
}
