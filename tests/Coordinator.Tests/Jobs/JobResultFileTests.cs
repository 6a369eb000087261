using DistTrain.Coordinator.Jobs;
using DistTrain.Coordinator.Jobs.State;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Protocol;
using DistTrain.TestSupport.Processes;

namespace DistTrain.Coordinator.Tests.Jobs;

/// <summary>What a job's folder tells of the job's end.</summary>
public sealed class JobResultFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private JobState Job => Some.Job() with { RunFolder = _folder.Path };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Keep_Failed_SaysSoWithItsNewestCheckpoint()
    {
        var failed = Job.Apply(new JobEvents.CheckpointCommitted(Some.Time, 1, Some.Checkpoint(10)))
            .Apply(new JobEvents.JobFailed(Some.Time, "The disk is full."));

        Assert.Null(JobResultFile.Keep(failed));

        Assert.Equal(new JobResult(JobStage.Failed, "pretrain-10", "The disk is full.", Some.Time), JobResult.Read(_folder.Path));
        Assert.False(JobResult.Read(_folder.Path)!.IsCompleted);
    }

    [Fact]
    public void Keep_TakenUpAgain_SaysThatItHasNotEnded()
    {
        JobResultFile.Keep(Job.Apply(new JobEvents.JobCancelled(Some.Time, "A person wanted it.")));

        Assert.Null(JobResultFile.Keep(Job));

        Assert.Null(JobResult.Read(_folder.Path));
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Keep_NoFolderYet_IsFine() => Assert.Null(JobResultFile.Keep(Some.Job() with { RunFolder = Path.Combine(_folder.Path, "missing") }));

    [Fact]
    public void Keep_FolderThatCannotBeWritten_SaysWhy()
    {
        var inTheWay = _folder.Write("file", "");

        Assert.Contains(inTheWay, JobResultFile.Keep(Job.Apply(new JobEvents.JobFailed(Some.Time, "No.")) with { RunFolder = inTheWay }),
            StringComparison.Ordinal);
    }
}
