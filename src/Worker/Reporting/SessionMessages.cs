using DistTrain.Shared.Protocol;

namespace DistTrain.Worker.Reporting;

/// <summary>From the session to the worker's actor: something to report, already numbered and kept.</summary>
internal sealed record SessionReport(TrainingProtocol.IReport Report);

/// <summary>From the session to the worker's actor: the generation has ended, and the worker is idle.</summary>
internal sealed class SessionEnded
{
    public static readonly SessionEnded Instance = new();
}
