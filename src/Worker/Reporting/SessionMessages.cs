using DistTrain.Shared.Protocol;

namespace DistTrain.Worker.Reporting;

/// <summary>From the training thread to the worker's actor: something to report, to be numbered there.</summary>
internal sealed record SessionReport(JobId Job, int Generation, Func<long, TrainingProtocol.IReport> Make);

/// <summary>From the training thread to the worker's actor: it has let go of the generation.</summary>
internal sealed record SessionEnded(JobId Job, int Generation, TrainingProtocol.StopCause Cause, string Because, TrainingProtocol.RingBreak? Break);
