using DistTrain.Shared.Datasets.Preparation;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Protocol;

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
    /// <param name="leaves">Rank of the member that is asked instead of all.</param>
    public async Task<RecordingListener[]> Train(
        int members = 1, int phase = 0, string? resumeFrom = null, string? phaseStart = null, long stopAfter = long.MaxValue, int leaves = -1)
    {
        using var workers = new TestWorkers(members);
        return await workers.Train(this, [.. Enumerable.Range(0, members)],
            start => start with { PhaseIndex = phase, ResumeFrom = resumeFrom, PhaseStart = phaseStart }, (step, stops) =>
            {
                if (step < stopAfter) return;
                foreach (var stop in leaves < 0 ? stops : [stops[leaves]]) stop.Request(TrainingProtocol.StopManner.Now);
            });
    }

    /// <summary>What a member is told to train.</summary>
    public TrainingProtocol.StartGeneration Assignment(IReadOnlyList<TrainingProtocol.Member> members, int rank, int phase = 0,
        string? resumeFrom = null, string? phaseStart = null) =>
        new(new JobId("toy-1"), 1, JobSpecWriter.ToJson(_spec), phase, _data, members, rank, 1, resumeFrom, phaseStart, RunFolder);

    public void Dispose() => Directory.Delete(RunFolder, recursive: true);
}
