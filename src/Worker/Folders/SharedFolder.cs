using DistTrain.Shared.Protocol;

namespace DistTrain.Worker.Folders;

/// <summary>The job's folder itself, which this worker sees.</summary>
internal sealed class SharedFolder(TrainingProtocol.StartGeneration assignment) : IRunFolder
{
    public TrainingProtocol.StartGeneration Assignment => assignment;

    /// <inheritdoc/>
    public void Begin(CancellationToken stop)
    {
    }

    /// <inheritdoc/>
    public void Fetch(bool isHeld, CancellationToken stop)
    {
    }

    /// <inheritdoc/>
    public string Deliver(string checkpoint, CancellationToken stop) => checkpoint;

    public void Dispose()
    {
    }
}
