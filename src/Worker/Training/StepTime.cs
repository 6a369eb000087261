namespace DistTrain.Worker.Training;

/// <summary>How long a step took, or several.</summary>
/// <param name="WaitedForData">The part of it in which the next batch was not ready.</param>
internal readonly record struct StepTime(TimeSpan Total, TimeSpan WaitedForData)
{
    /// <summary>The share that was spent waiting for data; 0 of no time.</summary>
    public double WaitingShare => Total > TimeSpan.Zero ? WaitedForData / Total : 0;

    public static StepTime operator +(StepTime left, StepTime right) => new(left.Total + right.Total, left.WaitedForData + right.WaitedForData);
}
