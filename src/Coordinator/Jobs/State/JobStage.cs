namespace DistTrain.Coordinator.Jobs.State;

/// <summary>Where a job stands.</summary>
public enum JobStage
{
    /// <summary>Its data is being read, checked, tokenized and stored.</summary>
    Preparing,

    /// <summary>It needs workers.</summary>
    Waiting,

    /// <summary>A generation works for it.</summary>
    Training,

    Completed,
    Failed,
    Cancelled,
}
