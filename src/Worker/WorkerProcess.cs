using DistTrain.Shared.Protocol;
using DistTrain.Worker.Collectives;
using DistTrain.Worker.Logging;
using DistTrain.Worker.Generations;
using DistTrain.Worker.Reporting;
using DistTrain.Worker.Training;
using Microsoft.Extensions.Logging;

namespace DistTrain.Worker;

/// <summary>
/// What a worker has for as long as its process lives, over all of its actor systems: its name, its data plane, its training thread and
/// what is trained there. So a training outlives the removal of its node from the cluster.
/// </summary>
public sealed class WorkerProcess : IAsyncDisposable
{
    /// <summary>A process that ends waits so long for the step under way, once its actor system has ended.</summary>
    public static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(20);

    private readonly DataPlaneListener _listener;
    private readonly TrainingThread _thread;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;

    /// <param name="options">Already checked, with a name and the name of a device that is there.</param>
    /// <exception cref="IOException">The data plane cannot listen there.</exception>
    public WorkerProcess(WorkerOptions options, TimeProvider clock, ILoggerFactory logs)
    {
        (_clock, _log) = (clock, logs.CreateLogger<TrainingThread>());
        _listener = DataPlaneListener.Start(options.Cluster.Host, options.DataPort, log: logs.CreateLogger<DataPlaneListener>(),
            bind: options.Cluster.Bind, clock: clock);
        var training = new TrainingOptions { Threads = options.Threads, Device = options.Device, Ring = options.Ring(), Cache = options.FileCache() };
        var trainer = new Trainer(_listener, training, clock, logs.CreateLogger<Trainer>());
        _thread = new TrainingThread(trainer, logs.CreateLogger<TrainingThread>());
        Identity = new(new WorkerId(options.Name!), _listener.Host, _listener.Port, options.Device, Environment.ProcessorCount,
            Guid.NewGuid().ToString("N"));
        Session = new TrainingSession(Identity.Id, _thread, logs.CreateLogger<TrainingSession>());
        Contact = new CoordinatorContact(clock.GetUtcNow());
    }

    public WorkerIdentity Identity { get; }

    public TrainingSession Session { get; }

    public CoordinatorContact Contact { get; }

    /// <summary>
    /// Ends the training: after the step that is under way, together with the other members, which go on without this one. The coordinator is told.
    /// Its actor system should live until then.
    /// </summary>
    /// <returns>Completes when the training has ended, or <see cref="EndPatience"/> is over.</returns>
    public async Task Leave()
    {
        Session.Leave();
        try
        {
            await _thread.End().WaitAsync(EndPatience, _clock);
        }
        catch (TimeoutException)
        {
            LogMessages.TrainingDidNotEnd(_log, EndPatience.TotalSeconds);
            Session.Stop(TrainingProtocol.StopManner.Now);
        }
    }

    /// <summary>Ends the training, then the data plane.</summary>
    public async ValueTask DisposeAsync()
    {
        await Leave();
        _listener.Dispose();
    }
}
