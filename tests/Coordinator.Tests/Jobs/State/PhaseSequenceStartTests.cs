using DistTrain.Coordinator.Jobs;
using DistTrain.Coordinator.Jobs.State;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Phases.Supervised;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Tests.Jobs.State;

/// <summary>What a phase starts from: the job's start, the phase before, or the one that it names.</summary>
public class PhaseSequenceStartTests
{
    private static readonly JobSpec Spec = Some.Spec with
    {
        Start = new() { Checkpoint = "/elsewhere/base-00000010" },
        Phases =
        [
            Some.Spec.Phases[0], new SupervisedPhaseSpec { Name = "second", Data = new() { Train = "a.tsv" }, Steps = 100 },
            new SupervisedPhaseSpec { Name = "third", From = Some.First, Data = new() { Train = "a.tsv" }, Steps = 100 },
        ],
    };

    [Fact]
    public void StartOf_EachPhase_IsWhatItSays()
    {
        var job = JobLife.InTraining(Spec);
        var starts = new List<string?> { job.State.PhaseStart };
        foreach (var (phase, generation) in new[] { (Some.First, 1), ("second", 2) })
        {
            job.Obey(new JobCommand.NoteStart(generation, 0, 100));
            job.Obey(new JobCommand.NoteCheckpoint(generation, Some.Checkpoint(100, phase)));
            job.Obey(new JobCommand.FinishPhase(generation, 100, 1.5));
            starts.Add(job.State.PhaseStart);
            job.Obey(new JobCommand.PlanGeneration(Some.Members));
        }

        Assert.Equal(["/runs/toy-1/checkpoints/start", Some.Checkpoint(100).Folder, Some.Checkpoint(100).Folder], starts);
        Assert.Equal(2, job.State.PhaseIndex);
        Assert.Equal("Phase pretrain begins from the checkpoint that the job starts from.",
            JobHistoryText.Describe(job.Events.OfType<JobEvents.PhaseStarted>().First()).Text);
    }

    [Fact]
    public void StartOf_TheFirstPhaseWithoutAStart_IsNothing() => Assert.Null(PhaseSequence.StartOf(Some.Job(), 0));

    [Fact]
    public void History_OfASubmission_NamesTheChosenCheckpoint() => Assert.EndsWith(" It starts from checkpoint /elsewhere/base-00000010.",
        JobHistoryText.Describe(new JobEvents.JobSubmitted(Some.Time, Some.Id, JobSpecWriter.ToJson(Spec), "/data", "/runs/toy-1")).Text,
        StringComparison.Ordinal);

    [Fact]
    public void Result_WhereNoCheckpointIsBetter_IsTheCopyOfTheStart()
    {
        var job = JobLife.InTraining(Spec with { Phases = [Spec.Phases[0]] });
        job.Obey(new JobCommand.NoteStart(1, 0, 100));
        job.Obey(new JobCommand.NoteValidation(1, Some.Validation(0, loss: 1)));
        job.Obey(new JobCommand.NoteCheckpoint(1, Some.Checkpoint(100)));
        job.Obey(new JobCommand.NoteValidation(1, Some.Validation(100, loss: 2)));
        job.Obey(new JobCommand.FinishPhase(1, 100, 1.5));

        Assert.Equal((JobStage.Completed, "/runs/toy-1/checkpoints/start"), (job.State.Stage, job.State.Result));
    }
}
