using DistTrain.Coordinator.Recovery;
using DistTrain.Shared;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Generations;

/// <summary>How a member's word becomes the generation's: whose doing it was is told, not who says so.</summary>
internal static class MemberWords
{
    /// <summary>What a member's end means for its generation. Of a broken ring, what the members miss says more: see
    /// <see cref="GenerationState.WithBreak"/>.</summary>
    public static GenerationEnd Of(TrainingProtocol.GenerationStopped stopped)
    {
        var because = Readable.Line(stopped.Because);
        return stopped.Cause switch
        {
            TrainingProtocol.StopCause.JobAtFault => new(because, EndCause.JobAtFault),
            TrainingProtocol.StopCause.CheckpointDamaged => new(because, EndCause.CheckpointDamaged),
            TrainingProtocol.StopCause.MembersDiffer => new(because, EndCause.MembersDiffer),
            TrainingProtocol.StopCause.WorkerAtFault => AtFault(stopped.Break?.Worker ?? stopped.From, because),
            // Of a member that leaves all say the same.
            TrainingProtocol.StopCause.Left => new(because, EndCause.Asked),
            _ => new($"Worker {stopped.From} stopped: {because}", EndCause.MemberLost, stopped.From),
        };
    }

    private static GenerationEnd AtFault(WorkerId worker, string because) =>
        new($"Worker {worker} is at fault: {because}", EndCause.WorkerAtFault, worker) { Faults = [new(worker, because)] };
}
