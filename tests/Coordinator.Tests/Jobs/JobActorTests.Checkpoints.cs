using DistTrain.Shared.Checkpoints;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Tests.Jobs;

/// <summary>Reports of checkpoints: late, missing on disk, and of places that are not the job's.</summary>
public sealed partial class JobActorTests
{
    [Fact]
    public void CheckpointWritten_AfterTheReportOfANewerOne_IsDeleted()
    {
        BeginTraining();
        foreach (var step in new[] { 10, 5 })
        {
            Directory.CreateDirectory(Checkpoint(step).Folder);
            Report(new TrainingProtocol.CheckpointWritten(Some.Id, 1, new("w1"), step, Written(step)));
        }
        Status();

        Assert.Equal((true, false), (Directory.Exists(Checkpoint(10).Folder), Directory.Exists(Checkpoint(5).Folder)));
    }

    [Fact]
    public void CheckpointWritten_InAFolderThatIsNotTheJobs_IsDropped()
    {
        BeginTraining();
        var elsewhere = Directory.CreateDirectory(Path.Combine(_data.Folder, "precious")).FullName;

        foreach (var step in new[] { 5, 10, 15, 20 })
            Report(new TrainingProtocol.CheckpointWritten(Some.Id, 1, new("w1"), step, Checkpoint(step) with { Folder = elsewhere }));

        Assert.True(Directory.Exists(elsewhere));
        Assert.Null(Status().Checkpoint);
    }

    [Theory]
    [InlineData("{0}/pretrain")]
    [InlineData("../../other/checkpoints/pretrain")]
    [InlineData("elsewhere")]
    public void CheckpointWritten_OfAPhaseThatTheJobHasNot_IsDroppedAndDeletesNothing(string phase)
    {
        BeginTraining();
        Report(new TrainingProtocol.CheckpointWritten(Some.Id, 1, new("w1"), 2, Written(20)));
        var named = string.Format(System.Globalization.CultureInfo.InvariantCulture, phase, Path.Combine(_data.Folder, "precious"));
        var forged = Checkpoint(10) with { Phase = named, Folder = CheckpointFiles.Folder(_runFolder, named, 10) };
        var elsewhere = Directory.CreateDirectory(forged.Folder).FullName;

        Report(new TrainingProtocol.CheckpointWritten(Some.Id, 1, new("w1"), 3, forged));

        Assert.True(Directory.Exists(elsewhere));
        Assert.Equal(Checkpoint(20).Folder, Status().Checkpoint);
    }

    [Fact]
    public void CheckpointWritten_NotOnDisk_CountsWhenItIs()
    {
        BeginTraining();
        var missing = new TrainingProtocol.CheckpointWritten(Some.Id, 1, new("w1"), 2, Written(1000));
        var manifest = Path.Combine(missing.Checkpoint.Folder, CheckpointFiles.Manifest);
        File.Move(manifest, manifest + ".late");

        _worker.Send(_job, missing);
        Report(new TrainingProtocol.CheckpointWritten(Some.Id, 1, new("w1"), 3, Written(10)));
        Assert.Equal(Checkpoint(10).Folder, Status().Checkpoint);
        File.Move(manifest + ".late", manifest);
        Report(missing);

        Assert.Equal(missing.Checkpoint.Folder, Status().Checkpoint);
    }

    [Fact]
    public void CheckpointDelayed_IsWhatTheJobWaitsForUntilTheNextCheckpoint()
    {
        BeginTraining();
        Report(new TrainingProtocol.CheckpointDelayed(Some.Id, 1, new("w1"), 2, 10, "No space left on device."));

        Assert.Equal((JobStage.Training, "No space left on device."), (Status().Status, Status().Because));
        var told = Ask<JobsProtocol.Feed>(new JobsProtocol.ReadFeed(Some.Id, "", 0)).Items;
        Assert.Contains(told, item => (item.Event?.Event, item.Event?.Text) == ("CheckpointDelayed", "No space left on device."));

        Report(new TrainingProtocol.CheckpointWritten(Some.Id, 1, new("w1"), 3, Written(10)));
        Assert.Equal("", Status().Because);
    }

    [Fact]
    public void CheckpointDelayed_OfAGenerationThatIsOver_IsAcknowledgedAndNotShown()
    {
        BeginTraining();
        Report(new TrainingProtocol.CheckpointDelayed(Some.Id, 7, new("w1"), 2, 10, "No space left on device."));

        Assert.Equal("", Status().Because);
    }
}
