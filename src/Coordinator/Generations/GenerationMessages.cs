using DistTrain.Coordinator.Recovery;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Generations;

/// <summary>What a job and its generation say to each other. None of these leaves the process.</summary>
public static class GenerationMessages
{
    /// <summary>From a generation to its job: all members have finished the phase alike.</summary>
    public sealed record PhaseDone(int Generation, long Step, double Loss);

    /// <summary>From a generation to its job: it is over and its members are free.</summary>
    /// <param name="StepsDone">Steps of the phase that its members know to be done; 0 when none said so.</param>
    /// <param name="Survivors">Members that said themselves that they no longer train it.</param>
    public sealed record GenerationOver(int Generation, GenerationEnd End, long StepsDone, IReadOnlyCollection<WorkerId> Survivors);

    /// <summary>To a generation: end it.</summary>
    /// <param name="Manner">When. Members that take too long to come to the end of a step are stopped at once.</param>
    public sealed record EndGeneration(string Because, TrainingProtocol.StopManner Manner = TrainingProtocol.StopManner.Now);
}
