using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Generations;

/// <summary>What the end of a generation means for the next, from the mildest to the worst.</summary>
public enum Aftermath
{
    /// <summary>Another try, with the members there are then, can succeed.</summary>
    TryAgain,

    /// <summary>Another try can succeed from an earlier checkpoint: the one it resumed from is damaged.</summary>
    GoFurtherBack,

    /// <summary>Another try would end the same way.</summary>
    Fail,
}

/// <summary>How a member's word becomes the generation's.</summary>
internal static class Aftermaths
{
    public static Aftermath Of(TrainingProtocol.StopCause cause) => cause switch
    {
        TrainingProtocol.StopCause.CheckpointDamaged => Aftermath.GoFurtherBack,
        TrainingProtocol.StopCause.Failed => Aftermath.Fail,
        _ => Aftermath.TryAgain,
    };
}
