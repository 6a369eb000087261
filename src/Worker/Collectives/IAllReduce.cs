using DistTrain.Model.Weights;

namespace DistTrain.Worker.Collectives;

/// <summary>
/// The members of one generation, computing together. Every member makes the same calls with the same lengths in the same order, one
/// call at a time; each call is also a barrier. After it all members hold the same bits, because every element is added up in the same order.
/// </summary>
/// <remarks>
/// Every call throws <see cref="RingBrokenException"/> when a neighbour is lost, silent or at work for too long, or sends something wrong,
/// <see cref="OperationCanceledException"/> when the ring's token is cancelled, and <see cref="ObjectDisposedException"/> when
/// <see cref="IDisposable.Dispose"/> is called on another thread. A ring that has thrown is over, and what the call was adding up is undefined.
/// </remarks>
public interface IAllReduce : IDisposable
{
    /// <summary>This member's place in the ring, from 0.</summary>
    int Rank { get; }

    /// <summary>The number of members, at least 1.</summary>
    int Size { get; }

    /// <summary>
    /// Lets neighbours of this host read a buffer where it lies: what is summed or broadcast of it is then not sent to them. Every member calls this
    /// at the same place, once at most, with a buffer of the same length, and keeps the buffer until the ring is disposed.
    /// </summary>
    /// <returns>How the buffer reaches the successor, for the log.</returns>
    string Share(FlatBuffer buffer);

    /// <summary>Names the training step that the next calls belong to, for errors. The calls of a step are numbered as its buckets, from 0.</summary>
    void BeginStep(long step);

    /// <summary>
    /// Says that long work between two collectives makes progress: to be called now and then from work that may last longer than
    /// <see cref="RingOptions.WorkLimit"/>. That the process lives, the ring says by itself.
    /// </summary>
    void Alive();

    /// <summary>Replaces each element by the members' sum of it.</summary>
    void Sum(Span<float> values);

    /// <summary>Replaces each scalar by the members' sum of it.</summary>
    void Sum(Span<double> scalars);

    /// <summary>Replaces every member's values by those of member <paramref name="root"/>.</summary>
    void Broadcast(Span<float> values, int root);
}
