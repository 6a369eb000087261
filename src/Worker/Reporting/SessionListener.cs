using Akka.Actor;
using DistTrain.Shared.Protocol;
using DistTrain.Worker.Training;

namespace DistTrain.Worker.Reporting;

/// <summary>Turns what the training thread says of one generation into messages to the worker's actor. Telling is all it does, so any thread may call it.</summary>
internal sealed class SessionListener(IActorRef worker, WorkerId me, TrainingProtocol.StartGeneration session) : ITrainingListener
{
    public void Started(long step, long totalSteps) =>
        Report(sequence => new TrainingProtocol.GenerationStarted(session.Job, session.Generation, me, sequence, step, totalSteps));

    public void StepsDone(IReadOnlyList<StepRecord> steps) =>
        Report(sequence => new TrainingProtocol.StepsDone(session.Job, session.Generation, me, sequence, steps));

    public void CheckpointWritten(CheckpointRecord checkpoint) =>
        Report(sequence => new TrainingProtocol.CheckpointWritten(session.Job, session.Generation, me, sequence, checkpoint));

    public void Validated(ValidationRecord validation) =>
        Report(sequence => new TrainingProtocol.Validated(session.Job, session.Generation, me, sequence, validation));

    public void PhaseFinished(long step, double loss, string parametersHash) =>
        Report(sequence => new TrainingProtocol.PhaseFinished(session.Job, session.Generation, me, sequence, step, loss, parametersHash));

    public void Ended(TrainingProtocol.StopCause cause, string because, TrainingProtocol.RingBreak? ring) =>
        worker.Tell(new SessionEnded(session.Job, session.Generation, cause, because, ring));

    private void Report(Func<long, TrainingProtocol.IReport> make) => worker.Tell(new SessionReport(session.Job, session.Generation, make));
}
