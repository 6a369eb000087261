using DistTrain.Shared.Protocol;
using DistTrain.Worker.Collectives;
using DistTrain.Worker.Training;

namespace DistTrain.Worker.Generations;

/// <summary>Trains one generation after the other, on the thread that calls it, and holds their state between them.</summary>
public interface ITrainer : IDisposable
{
    /// <summary>Trains a generation from its start to its end.</summary>
    /// <returns>Why it ended, as a choice and as a sentence.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> asked for an end at once.</exception>
    /// <exception cref="RingBrokenException">A member was lost.</exception>
    /// <exception cref="TrainingException">What the job asks for cannot be trained: the same would happen again.</exception>
    (TrainingProtocol.StopCause Cause, string Because) Train(
        TrainingProtocol.StartGeneration assignment, ITrainingListener listener, GenerationStop stop);

    /// <summary>Makes ready for a generation that comes later: loads data and model, and computes a step that counts for nothing.</summary>
    void Prepare(TrainingProtocol.StartGeneration assignment);

    /// <summary>What it holds; null when that is nothing, or nothing whole.</summary>
    RosterProtocol.HeldState? Held();

    /// <summary>Lets go of what it holds of a job.</summary>
    void LetGo(JobId job);
}
