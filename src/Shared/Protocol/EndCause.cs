namespace DistTrain.Shared.Protocol;

/// <summary>What ended a generation before its phase was finished, as the journal has it. A number once given keeps its meaning.</summary>
public enum EndCause
{
    /// <summary>A member is gone, silent, or did not begin. Also the ends of journals that did not note the cause yet.</summary>
    MemberLost,

    /// <summary>Somebody asked for it: the job was changed, paused or cancelled. Nothing failed.</summary>
    Asked,

    /// <summary>The members came to different parameters, and nobody knows whose are right.</summary>
    MembersDiffer,

    /// <summary>The checkpoint that was resumed from is damaged.</summary>
    CheckpointDamaged,

    /// <summary>A member failed at what others may be able to do: its device, its memory, its disk, its program.</summary>
    WorkerAtFault,

    /// <summary>What the job's own file asks for cannot be trained.</summary>
    JobAtFault,
}
