using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Recovery;

/// <summary>How a generation ended before its phase was finished.</summary>
/// <param name="Because">One sentence, which names the worker whose doing it was, not the one that noticed.</param>
/// <param name="Worker">That worker; null when it was that of no single one.</param>
public sealed record GenerationEnd(string Because, EndCause Cause, WorkerId? Worker = null)
{
    /// <summary>The members at fault, once each; none but with <see cref="EndCause.WorkerAtFault"/>.</summary>
    public IReadOnlyList<WorkerFault> Faults { get; init; } = [];
}

/// <summary>A member that failed at what others may be able to do.</summary>
/// <param name="Because">One sentence.</param>
public sealed record WorkerFault(WorkerId Worker, string Because);
