namespace DistTrain.Shared.Jobs;

/// <summary>
/// Where a job stands. Messages, files and output have the <see cref="JobStages.Word"/>; none is number 0, so that a message without one is known.
/// </summary>
public enum JobStage
{
    /// <summary>Its data is being read, checked, tokenized and stored.</summary>
    Preparing = 1,

    /// <summary>It needs workers.</summary>
    Waiting,

    /// <summary>A generation works for it.</summary>
    Training,

    /// <summary>It has done all that was asked.</summary>
    Completed,

    /// <summary>It ended because it could not go on.</summary>
    Failed,

    /// <summary>It ended because somebody asked for it.</summary>
    Cancelled,

    /// <summary>The coordinator still reads its journal.</summary>
    Starting,

    /// <summary>The coordinator cannot read its journal.</summary>
    Unreadable,

    /// <summary>It holds no workers until somebody takes it up.</summary>
    Paused,
}

/// <summary>What is to be said of each stage.</summary>
public static class JobStages
{
    /// <summary>True where a job has done its last, unless somebody takes it up.</summary>
    public static bool HasEnded(this JobStage stage) => stage is JobStage.Completed or JobStage.Failed or JobStage.Cancelled;

    /// <summary>True where a job goes no further by itself: it has ended, or is paused.</summary>
    public static bool Rests(this JobStage stage) => stage.HasEnded() || stage == JobStage.Paused;

    /// <summary>The stage in one lower-case word.</summary>
    public static string Word(this JobStage stage) => stage switch
    {
        JobStage.Preparing => "preparing",
        JobStage.Waiting => "waiting",
        JobStage.Training => "training",
        JobStage.Completed => "completed",
        JobStage.Failed => "failed",
        JobStage.Cancelled => "cancelled",
        JobStage.Starting => "starting",
        JobStage.Unreadable => "unreadable",
        JobStage.Paused => "paused",
        _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, "A job has no such stage."),
    };

    /// <summary>The stage that a word says; null when none has that word.</summary>
    public static JobStage? Of(string? word)
    {
        foreach (var stage in Enum.GetValues<JobStage>())
            if (stage.Word() == word) return stage;
        return null;
    }
}
