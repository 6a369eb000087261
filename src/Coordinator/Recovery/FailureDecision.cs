namespace DistTrain.Coordinator.Recovery;

/// <summary>What becomes of a job whose generation ended before its phase was finished.</summary>
public abstract record FailureDecision
{
    /// <summary>Another try with the workers there are.</summary>
    /// <param name="After">Zero or more.</param>
    public sealed record TryAgain(TimeSpan After) : FailureDecision;

    /// <summary>Another try at once, but with these workers no earlier than told.</summary>
    public sealed record LeaveOut(IReadOnlyList<(WorkerFault Fault, DateTimeOffset Until)> Workers) : FailureDecision;

    /// <summary>Another try would end the same way until somebody mends the cause.</summary>
    public sealed record Pause(string Because) : FailureDecision;

    /// <summary>What the job's own file asks for cannot be done.</summary>
    public sealed record Fail(string Because) : FailureDecision;
}
