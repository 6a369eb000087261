using DistTrain.Shared.Datasets.Preparation;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Protocol;
using DistTrain.Worker.Collectives;
using DistTrain.Worker.Generations;
using DistTrain.Worker.Training;
using Microsoft.Extensions.Logging.Abstractions;

namespace DistTrain.Cli.Commands.Bench;

/// <summary>
/// A job's first phase by the training loop alone, on the calling thread: no coordinator, no actors, no log lines, and no checkpoint before the last
/// step's.
/// </summary>
internal sealed class BareLoop : ITrainingListener
{
    private readonly List<StepRecord> _steps = [];

    /// <returns>The steps taken.</returns>
    public static IReadOnlyList<StepRecord> Run(JobSpec spec, string data, string folder, int threads, CancellationToken stop)
    {
        spec = spec with { Checkpoints = spec.Checkpoints with { EverySteps = spec.Phases[0].Steps!.Value } };
        var prepared = DataPreparation.Prepare(spec, data, folder, _ => { }, stop);
        using var listener = DataPlaneListener.Start("127.0.0.1", 0);
        TrainingProtocol.Member[] members = [new(new WorkerId("bare"), listener.Host, listener.Port)];
        var bare = new BareLoop();
        var options = new TrainingOptions { Device = DeviceOption.OfWorkers(DeviceOption.Default, 1)[0] };
        using var trainer = new Trainer(listener, options, TimeProvider.System,
            NullLogger<Trainer>.Instance);
        using var ending = new GenerationStop();
        using var cancelled = stop.Register(() => ending.Request(TrainingProtocol.StopManner.Now));
        trainer.Train(
            new(new JobId(spec.Name), 1, JobSpecWriter.ToJson(spec), 0, prepared, members, 0, threads, ResumeFrom: null, PhaseStart: null, folder),
            bare, ending);
        return bare._steps;
    }

    public void StepsDone(IReadOnlyList<StepRecord> steps) => _steps.AddRange(steps);

    public void Started(long step, long totalSteps)
    {
    }

    public void CheckpointWritten(CheckpointRecord checkpoint)
    {
    }

    public void CheckpointDelayed(long step, string because)
    {
    }

    public void Validated(ValidationRecord validation)
    {
    }

    public void PhaseFinished(long step, double loss, string parametersHash)
    {
    }

    public void Ended(TrainingProtocol.StopCause cause, string because, TrainingProtocol.RingBreak? ring, RosterProtocol.HeldState? held)
    {
    }
}
