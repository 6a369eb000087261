using DistTrain.Shared.Protocol;
using DistTrain.Worker.Collectives;
using DistTrain.Worker.Generations;
using DistTrain.Worker.Training;
using Microsoft.Extensions.Logging.Abstractions;

namespace DistTrain.Worker.Tests.Training;

/// <summary>Workers of this process, each with a data plane and a training thread of its own, which outlive their generations.</summary>
internal sealed class TestWorkers : IDisposable
{
    private readonly List<DataPlaneListener> _planes;
    private readonly List<TrainingThread> _threads;
    private int _generation;

    /// <param name="options">Of each worker; null: the defaults.</param>
    public TestWorkers(int count, Func<int, TrainingOptions>? options = null)
    {
        _planes = [.. Enumerable.Range(0, count).Select(_ => DataPlaneListener.Start("127.0.0.1", 0))];
        _threads = [.. _planes.Select((plane, worker) => new TrainingThread(
            new Trainer(plane, options?.Invoke(worker) ?? new TrainingOptions(), TimeProvider.System, NullLogger<Trainer>.Instance),
            NullLogger<TrainingThread>.Instance))];
    }

    /// <summary>Trains the next generation, to its end or to the first failure, and gives what each member reported.</summary>
    /// <param name="workers">Which of the workers are its members, in rank order.</param>
    /// <param name="change">Makes each member's assignment the one that is wanted.</param>
    /// <param name="stepDone">Called with each step that is reported, and how to stop each member.</param>
    /// <param name="stopAt">Called with each validation.</param>
    public async Task<RecordingListener[]> Train(TestJob job, IReadOnlyList<int> workers,
        Func<TrainingProtocol.StartGeneration, TrainingProtocol.StartGeneration> change, Action<long, IReadOnlyList<GenerationStop>>? stepDone = null,
        Action<GenerationStop>? stopAt = null)
    {
        _generation++;
        List<TrainingProtocol.Member> ring = [.. workers.Select(worker => new TrainingProtocol.Member(Name(worker), _planes[worker].Host,
            _planes[worker].Port))];
        List<GenerationStop> stops = [.. workers.Select(_ => new GenerationStop())];
        RecordingListener[] listeners = [.. stops.Select(own => new RecordingListener
        {
            OnValidation = () => stopAt?.Invoke(own),
            OnSteps = steps =>
            {
                foreach (var step in steps) stepDone?.Invoke(step.Step, stops);
            },
        })];
        for (var rank = 0; rank < workers.Count; rank++)
            _threads[workers[rank]].Run(change(job.Assignment(ring, rank) with { Generation = _generation }), listeners[rank], stops[rank]);
        await Task.WhenAll(listeners.Select(listener => listener.Over));
        stops.ForEach(stop => stop.Dispose());
        return listeners;
    }

    public static WorkerId Name(int worker) => new($"w{worker}");

    public void Dispose()
    {
        _threads.ForEach(thread => thread.Dispose());
        _planes.ForEach(plane => plane.Dispose());
    }
}
