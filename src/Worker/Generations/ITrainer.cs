using DistTrain.Shared.Protocol;
using DistTrain.Worker.Collectives;
using DistTrain.Worker.Training;

namespace DistTrain.Worker.Generations;

/// <summary>Trains one generation from its start to its end, on the thread that calls it.</summary>
public interface ITrainer
{
    /// <summary>Returns when the phase is finished.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    /// <exception cref="RingBrokenException">A member was lost.</exception>
    /// <exception cref="TrainingException">What the job asks for cannot be trained: the same would happen again.</exception>
    void Train(TrainingProtocol.StartGeneration assignment, ITrainingListener listener, CancellationToken stop);
}
