using DistTrain.Shared.Datasets.Preparation;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Protocol;
using DistTrain.Worker.Collectives;
using DistTrain.Worker.Generations;
using DistTrain.Worker.Training;
using Microsoft.Extensions.Logging.Abstractions;

namespace DistTrain.Worker.Tests.Training;

/// <summary>A job in a run folder of its own, whose generations run in this process.</summary>
internal sealed class TestJob : IDisposable
{
    private readonly JobSpec _spec;
    private readonly PreparedData _data;

    /// <param name="prepare">Makes the data, in the run folder that it is given.</param>
    public TestJob(JobSpec spec, Func<string, PreparedData> prepare) => (_spec, _data) = (spec, prepare(RunFolder));

    public string RunFolder { get; } = Directory.CreateTempSubdirectory("disttrain-run-").FullName;

    /// <summary>
    /// Trains a phase on members that are threads of this process, to its end or to the first failure, and gives what each reported.
    /// </summary>
    /// <param name="stopAfter">Rank 0 asks all members to stop after this step was reported.</param>
    public async Task<RecordingListener[]> Train(
        int members = 1, int phase = 0, string? resumeFrom = null, string? phaseStart = null, long stopAfter = long.MaxValue, int leaves = -1)
    {
        var planes = Enumerable.Range(0, members).Select(_ => DataPlaneListener.Start("127.0.0.1", 0)).ToList();
        using var stop = new CancellationTokenSource();
        using var leave = new CancellationTokenSource();
        var ring = planes.Select((plane, rank) => new TrainingProtocol.Member(new WorkerId($"w{rank}"), plane.Host, plane.Port)).ToList();
        var listeners = new List<RecordingListener>();
        var threads = new List<TrainingThread>();
        foreach (var plane in planes)
        {
            var rank = listeners.Count;
            listeners.Add(new RecordingListener { OnSteps = steps => { if (steps[^1].Step >= stopAfter) (leaves < 0 ? stop : leave).Cancel(); } });
            threads.Add(
                new TrainingThread(new Trainer(plane, new TrainingOptions(), TimeProvider.System, NullLogger<Trainer>.Instance),
                    NullLogger<TrainingThread>.Instance));
            threads[rank].Run(Assignment(ring, rank, phase, resumeFrom, phaseStart), listeners[rank], rank == leaves ? leave.Token : stop.Token);
        }
        await Task.WhenAll(listeners.Select(listener => listener.Over));
        threads.ForEach(thread => thread.Dispose());
        planes.ForEach(plane => plane.Dispose());
        return [.. listeners];
    }

    /// <summary>What a member is told to train.</summary>
    public TrainingProtocol.StartGeneration Assignment(IReadOnlyList<TrainingProtocol.Member> members, int rank, int phase = 0,
        string? resumeFrom = null, string? phaseStart = null) =>
        new(new JobId("toy-1"), 1, JobSpecWriter.ToJson(_spec), phase, _data, members, rank, 1, resumeFrom, phaseStart, RunFolder);

    public void Dispose() => Directory.Delete(RunFolder, recursive: true);
}
