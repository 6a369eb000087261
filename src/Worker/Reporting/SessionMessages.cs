using DistTrain.Shared.Protocol;

namespace DistTrain.Worker.Reporting;

/// <summary>From the session to the worker's actor: there is something to report, already numbered and kept.</summary>
internal sealed class ReportsDue
{
    public static readonly ReportsDue Instance = new();
}

/// <summary>From the session to the worker's actor: a hello would say something else now, as when a generation has ended.</summary>
internal sealed class StandingChanged
{
    public static readonly StandingChanged Instance = new();
}

/// <summary>From the session to the worker's actor: what it was told to make ready is, or is not.</summary>
internal sealed record Prepared(TrainingProtocol.GenerationPrepared Answer);
