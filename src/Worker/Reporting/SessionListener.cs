using DistTrain.Shared.Protocol;
using DistTrain.Worker.Training;

namespace DistTrain.Worker.Reporting;

/// <summary>Turns what the training thread says of one generation into reports of the session. Any thread may call it.</summary>
internal sealed class SessionListener(TrainingSession session, WorkerId me, TrainingProtocol.StartGeneration start) : ITrainingListener
{
    public void Started(long step, long totalSteps) =>
        Report(sequence => new TrainingProtocol.GenerationStarted(start.Job, start.Generation, me, sequence, step, totalSteps));

    public void StepsDone(IReadOnlyList<StepRecord> steps) =>
        Report(sequence => new TrainingProtocol.StepsDone(start.Job, start.Generation, me, sequence, steps));

    public void CheckpointWritten(CheckpointRecord checkpoint) =>
        Report(sequence => new TrainingProtocol.CheckpointWritten(start.Job, start.Generation, me, sequence, checkpoint));

    public void CheckpointDelayed(long step, string because) =>
        Report(sequence => new TrainingProtocol.CheckpointDelayed(start.Job, start.Generation, me, sequence, step, because));

    public void Validated(ValidationRecord validation) =>
        Report(sequence => new TrainingProtocol.Validated(start.Job, start.Generation, me, sequence, validation));

    public void PhaseFinished(long step, double loss, string parametersHash) =>
        Report(sequence => new TrainingProtocol.PhaseFinished(start.Job, start.Generation, me, sequence, step, loss, parametersHash));

    public void Ended(TrainingProtocol.StopCause cause, string because, TrainingProtocol.RingBreak? ring, RosterProtocol.HeldState? held) =>
        session.Ended(cause, because, ring, held);

    private void Report(Func<long, TrainingProtocol.IReport> make) => session.Report(make);
}
