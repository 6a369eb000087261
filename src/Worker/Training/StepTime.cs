namespace DistTrain.Worker.Training;

/// <summary>How long a step took, or several.</summary>
/// <param name="WaitedForData">The part of it in which the next batch was not ready.</param>
/// <param name="WaitedForRing">The part of it in which there was nothing left to do but to wait for the ring's sums.</param>
internal readonly record struct StepTime(TimeSpan Total, TimeSpan WaitedForData, TimeSpan WaitedForRing)
{
    /// <summary>The share that was spent waiting for data; 0 of no time.</summary>
    public double DataShare => Share(WaitedForData);

    /// <summary>The share that was spent waiting for the ring; 0 of no time.</summary>
    public double RingShare => Share(WaitedForRing);

    public static StepTime operator +(StepTime left, StepTime right) =>
        new(left.Total + right.Total, left.WaitedForData + right.WaitedForData, left.WaitedForRing + right.WaitedForRing);

    private double Share(TimeSpan part) => Total > TimeSpan.Zero ? part / Total : 0;
}
