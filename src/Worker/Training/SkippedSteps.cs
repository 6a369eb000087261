namespace DistTrain.Worker.Training;

/// <summary>Counts steps that were skipped because loss or gradient were not finite, and gives up when nothing else happens any more.</summary>
internal sealed class SkippedSteps(int inARow)
{
    /// <summary>Skipped steps in a row after which training fails.</summary>
    public const int Most = 10;

    public int InARow { get; private set; } = inARow;

    /// <exception cref="TrainingException">The step was skipped, and so were the ones before it.</exception>
    public void Count(bool skipped, long step)
    {
        InARow = skipped ? InARow + 1 : 0;
        if (InARow >= Most)
            throw new TrainingException(
                $"Loss or gradient were not finite in {Most} steps in a row, up to step {step}: training has diverged. Use a lower learning_rate, " +
                    "more warmup_steps or a clip_norm, and go on with 'disttrain resume', or submit the job anew.");
    }
}
