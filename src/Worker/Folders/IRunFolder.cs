using DistTrain.Shared.Checkpoints;
using DistTrain.Shared.Protocol;

namespace DistTrain.Worker.Folders;

/// <summary>The job's folder as a worker has it for one generation.</summary>
internal interface IRunFolder : IDisposable
{
    /// <summary>The assignment with paths that hold on this worker.</summary>
    TrainingProtocol.StartGeneration Assignment { get; }

    /// <summary>Called by rank 0, before the ring is closed: no older generation's checkpoints are put in place from now on.</summary>
    /// <exception cref="CheckpointSupersededException">A newer generation has begun.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    void Begin(CancellationToken stop);

    /// <summary>Has here what the generation reads.</summary>
    /// <param name="isHeld">Data and weights are in memory already.</param>
    /// <exception cref="IOException">It cannot be had.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    void Fetch(bool isHeld, CancellationToken stop);

    /// <summary>Brings a checkpoint that was written here to where the coordinator finds it.</summary>
    /// <returns>Its folder there.</returns>
    /// <exception cref="IOException">It cannot be brought.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    string Deliver(string checkpoint, CancellationToken stop);
}
