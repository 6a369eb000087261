namespace DistTrain.Worker.Reporting;

/// <summary>From the session to the worker's actor: there is something to report, already numbered and kept.</summary>
internal sealed class ReportsDue
{
    public static readonly ReportsDue Instance = new();
}

/// <summary>From the session to the worker's actor: the generation has ended, and the worker is idle.</summary>
internal sealed class SessionEnded
{
    public static readonly SessionEnded Instance = new();
}
