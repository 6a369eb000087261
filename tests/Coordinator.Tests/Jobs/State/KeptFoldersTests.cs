using CsCheck;
using DistTrain.Coordinator.Jobs;
using DistTrain.Coordinator.Jobs.State;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Tests.Jobs.State;

/// <summary>Whatever happens to a job, in whatever order: no folder is deleted that somebody still loads, or that the job goes on from.</summary>
public class KeptFoldersTests
{
    private static readonly Gen<Func<JobState, JobCommand>> Commands =
        from back in Gen.Frequency((8, Gen.Const(0)), (1, Gen.Const(1)))
        from step in Gen.Long[1, 100]
        from loss in Gen.Double[0, 5]
        from kind in Gen.Int[0, 29]
        select Command(back, step, loss, kind);

    [Fact]
    public void Apply_AnyCommands_DeletesNothingThatIsInUse() =>
        Gen.Select(Commands.Array[1, 80], Gen.Int[1, 3], Gen.Int[0, 2]).Sample((commands, keepLast, keepBest) =>
        {
            var life = new JobLife(Some.Spec with { Checkpoints = new() { KeepLast = keepLast, KeepBest = keepBest } });
            var deleted = new HashSet<string>();
            foreach (var make in commands)
            {
                life.Wait(TimeSpan.FromSeconds(3));
                var before = life.State.Checkpoints;
                var command = make(life.State);
                life.Obey(command);
                var now = life.State;
                if (command is JobCommand.NoteCheckpoint { Checkpoint: var written } && now.Checkpoints.Holds(written))
                    deleted.Remove(written.Folder);
                // As the actor does after each command, and at its start with whatever it finds.
                deleted.UnionWith(before.Kept.Except(now.Checkpoints.Kept).Where(dropped => !now.Checkpoints.IsDamaged(dropped))
                    .Select(dropped => dropped.Folder));
                foreach (var used in InUse(now))
                {
                    Assert.DoesNotContain(used, deleted);
                    Assert.False(now.Checkpoints.IsSuperfluous(used), $"{used} would be deleted at the coordinator's next start");
                }
            }
        }, iter: 300, threads: 1);

    /// <summary>What a generation that has not started loads, what its phase starts from, and what is newest, best, and come to.</summary>
    private static IEnumerable<string> InUse(JobState job)
    {
        var phase = job.Phase?.Name ?? Some.First;
        string?[] used =
        [
            job.Plan?.Generation > job.StartedGeneration ? job.Plan.ResumeFrom : null, job.HasEnded ? null : job.PhaseStart,
            job.Checkpoints.Newest(phase)?.Folder, job.Checkpoints.Best(phase)?.Folder, job.Checkpoints.Result(phase), job.Result,
        ];
        return used.OfType<string>().Where(folder => !job.Checkpoints.IsDamaged(new("", 0, folder, 0, "")));
    }

    private static Func<JobState, JobCommand> Command(int back, long step, double loss, int kind) => job =>
    {
        var (generation, phase) = (job.Generation - back, job.Phase?.Name ?? Some.First);
        return kind switch
        {
            0 => new JobCommand.NoteData(Some.Data),
            < 6 => new JobCommand.PlanGeneration(Some.Members),
            < 9 => new JobCommand.NoteStart(generation, 0, 100),
            < 15 => new JobCommand.NoteCheckpoint(generation, Some.Checkpoint(step, phase)),
            < 19 => new JobCommand.NoteValidation(generation, Some.Validation(step, loss, phase)),
            < 22 => new JobCommand.EndGeneration(generation, new("lost", EndCause.MemberLost)),
            22 => new JobCommand.EndGeneration(generation, new("damaged", EndCause.CheckpointDamaged)),
            < 26 => new JobCommand.FinishPhase(generation, job.Checkpoints.Newest(phase)?.Step ?? 100, loss),
            26 => new JobCommand.Cancel("enough"),
            _ => new JobCommand.Resume(Longer(job), "more"),
        };
    };

    private static JobSpec Longer(JobState job) =>
        job.Spec with { Phases = [.. job.Spec.Phases.Select(phase => phase with { Steps = phase.Steps + 1 })] };
}
