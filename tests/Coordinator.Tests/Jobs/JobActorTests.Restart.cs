using Akka.Actor;
using DistTrain.Coordinator.Generations;
using DistTrain.Coordinator.Scheduling;
using DistTrain.Shared.Checkpoints;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Tests.Jobs;

/// <summary>A job whose actor begins again.</summary>
public sealed partial class JobActorTests
{
    [Fact]
    public void Restart_InTraining_RecoversTheSameStatusAndAdoptsTheGeneration()
    {
        BeginTraining();
        Report(new TrainingProtocol.CheckpointWritten(Some.Id, 1, new("w1"), 2, Written(10)));
        var (status, history) = (Status(), Ask<JobsProtocol.JobHistory>(new JobsProtocol.GetHistory(Some.Id)));

        Kill();
        _job = Start();

        Assert.Equal(status, Status());
        Assert.Equal(history.Lines, Ask<JobsProtocol.JobHistory>(new JobsProtocol.GetHistory(Some.Id)).Lines);
        Assert.Equal(["w1"], _jobs.ExpectMsg<QueueMessages.WorkersHeld>(Patience).Members.Select(member => member.Worker.Value));
        Report(new TrainingProtocol.StepsDone(Some.Id, 1, new("w1"), 3, [Some.Step(11)]));
    }

    [Fact]
    public void Restart_InPreparation_PreparesAgain()
    {
        Submit();
        Kill();
        while (_jobs.HasMessages) _jobs.ReceiveOne(TimeSpan.Zero);

        _job = Start();

        _jobs.ExpectMsg<QueueMessages.WorkersNeeded>(Patience);
        Assert.Equal(JobStage.Waiting, Status().Status);
    }

    [Fact]
    public void Restart_KilledBeforeFoldersWereDeleted_DeletesThemAndNamesTheBest()
    {
        BeginTraining();
        foreach (var step in new[] { 10, 15 }) Report(new TrainingProtocol.CheckpointWritten(Some.Id, 1, new("w1"), step, Written(step)));
        Kill();
        foreach (var step in new[] { 5, 10, 15, 17 }) Directory.CreateDirectory(Checkpoint(step).Folder);
        var checkpoints = Path.GetDirectoryName(Checkpoint(5).Folder)!;
        Directory.CreateDirectory(Path.Combine(checkpoints, "mine"));
        File.WriteAllText(Path.Combine(checkpoints, CheckpointFiles.Best), Path.GetFileName(Checkpoint(5).Folder) + "\n");

        _job = Start();
        Status();

        // The report of the newest may be on its way.
        Assert.Equal(
            [.. new[] { 10, 15, 17 }.Select(step => Checkpoint(step).Folder), Path.Combine(checkpoints, "mine")],
            Directory.GetDirectories(checkpoints).Order(StringComparer.Ordinal).OrderBy(folder => folder.EndsWith("mine", StringComparison.Ordinal)));
        Assert.Equal(Path.GetFileName(Checkpoint(15).Folder), File.ReadAllText(Path.Combine(checkpoints, CheckpointFiles.Best)).Trim());
    }

    [Fact]
    public void WorkersGranted_RightAfterALateReport_AreKept()
    {
        BeginTraining();
        Report(new TrainingProtocol.GenerationStopped(Some.Id, 1, new("w1"), 2, TrainingProtocol.StopCause.RingBroken, "The ring broke."));
        var needed = _jobs.FishForMessage<QueueMessages.WorkersNeeded>(needed => needed.Survivors.Count > 0, Patience);

        _worker.Send(_job, new TrainingProtocol.CheckpointWritten(Some.Id, 1, new("w1"), 3, Written(10)));
        _job.Tell(new QueueMessages.WorkersGranted([Some.Worker(1) with { Actor = _worker }], needed.Request), _jobs);
        _worker.FishForMessage<TrainingProtocol.StartGeneration>(start => start.Generation == 2, Patience);
        Status();

        var told = new List<object>();
        while (_jobs.HasMessages) told.Add(_jobs.ReceiveOne(TimeSpan.Zero)!);
        Assert.DoesNotContain(told, message => message is QueueMessages.WorkersNeeded or QueueMessages.WorkersReleased);
    }

    [Fact]
    public void PhaseDone_RightAfterALateReport_BeginsNoGenerationAnew()
    {
        BeginTraining();
        Report(new TrainingProtocol.CheckpointWritten(Some.Id, 1, new("w1"), 2, Written(20)));

        _worker.Send(_job, new TrainingProtocol.Validated(Some.Id, 1, new("w1"), 3, Some.Validation(20, 2)));
        _job.Tell(new GenerationMessages.PhaseDone(1, 20, 1.5), TestActor);
        AwaitCondition(() => Status().Status == JobStage.Completed, Patience, TimeSpan.FromMilliseconds(20));

        var told = new List<object>();
        while (_jobs.HasMessages) told.Add(_jobs.ReceiveOne(TimeSpan.Zero)!);
        // A generation that is found running after a restart is the only one whose members are asked for.
        Assert.DoesNotContain(told, message => message is QueueMessages.WorkersHeld);
    }

    [Fact]
    public void Failure_OfTheActor_BeginsAnotherFeed()
    {
        // Below an actor that starts it again, as the jobs actor does.
        _job = Sys.ActorOf(Of());
        Submit();
        AwaitCondition(() => Status().Status == JobStage.Waiting, Patience, TimeSpan.FromMilliseconds(50));
        var before = Ask<JobsProtocol.Feed>(new JobsProtocol.ReadFeed(Some.Id, "", 0));

        _job.Tell(new QueueMessages.WorkersGranted(null!, Request: 1));

        Assert.NotEqual(before.FeedId, Ask<JobsProtocol.Feed>(new JobsProtocol.ReadFeed(Some.Id, before.FeedId, before.Items[^1].Number)).FeedId);
    }
}
