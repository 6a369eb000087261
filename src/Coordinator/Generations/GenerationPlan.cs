using Akka.Actor;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Generations;

/// <summary>What a generation is made of.</summary>
/// <param name="Assignments">What each member is sent, in rank order.</param>
/// <param name="Actors">Where the members are; empty when the generation is adopted after a restart of the coordinator.</param>
public sealed record GenerationPlan(
    JobId Job, string Phase, int Generation, IReadOnlyList<TrainingProtocol.StartGeneration> Assignments,
    IReadOnlyDictionary<WorkerId, IActorRef> Actors)
{
    /// <summary>True when the members are believed to be training already.</summary>
    public bool Adopted => Actors.Count == 0;

    public WorkerId Member(int rank) => Assignments[rank].Members[rank].Worker;
}
