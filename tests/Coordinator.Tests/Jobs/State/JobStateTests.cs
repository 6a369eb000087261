using DistTrain.Coordinator.Recovery;
using System.Text.Json;
using CsCheck;
using DistTrain.Coordinator.Jobs;
using DistTrain.Coordinator.Jobs.State;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Protocol;
using DistTrain.Shared.Wire;
using MessagePack;

namespace DistTrain.Coordinator.Tests.Jobs.State;

/// <summary>Whatever happens to a job, in whatever order, what its journal says of it is what it is.</summary>
public class JobStateTests
{
    // A command about the running generation, or now and then about the one before.
    private static readonly Gen<Func<JobState, JobCommand>> Commands =
        from back in Gen.Frequency((8, Gen.Const(0)), (1, Gen.Const(1)))
        from step in Gen.Long[1, 100]
        from loss in Gen.Double[0, 5]
        from make in Gen.Frequency(
            (1, Make((_, _) => new JobCommand.NoteData(Some.Data))),
            (4, Make((_, _) => new JobCommand.PlanGeneration(Some.Members))),
            (2, Make((generation, _) => new JobCommand.NoteStart(generation, 0, 100))),
            (6, Make((generation, _) => new JobCommand.NoteSteps(generation, [Some.Step(step)]))),
            (4, Gen.Const<Func<JobState, int, JobCommand>>((job, generation) =>
                new JobCommand.NoteCheckpoint(generation, Some.Checkpoint(step, PhaseOf(job))))),
            (4, Gen.Const<Func<JobState, int, JobCommand>>((job, generation) =>
                new JobCommand.NoteValidation(generation, Some.Validation(step, loss, PhaseOf(job))))),
            (2, Make((generation, _) => new JobCommand.EndGeneration(generation, Some.Lost))),
            (1, Make((generation, _) => new JobCommand.FinishPhase(generation, 100, loss))))
        select (Func<JobState, JobCommand>)(job => make(job, job.Generation - back));

    [Fact]
    public void Apply_AnyCommandsStoredAndReadBack_GivesTheStateThatDecided() =>
        Gen.Select(Commands.Array[1, 60], Gen.Int[0, 6].Array[60]).Sample((commands, seconds) =>
        {
            var life = new JobLife();
            foreach (var (command, wait) in commands.Zip(seconds))
            {
                life.Wait(TimeSpan.FromSeconds(wait));
                life.Obey(command(life.State));
            }

            var folded = life.Events.Select(StoredAndReadBack).Aggregate(Some.Job(), (state, happened) => state.Apply(happened));

            Assert.Equal(Text(life.State), Text(folded));
        }, iter: 300, threads: 1);

    [Fact]
    public void Step_AnyCommands_IsNeverBeyondWhatWasReported() => Commands.Array[1, 60].Sample(commands =>
        {
            var life = new JobLife();
            long reported = 0;
            foreach (var make in commands)
            {
                var command = make(life.State);
                reported = Math.Max(reported, Reported(command));
                life.Wait(TimeSpan.FromSeconds(3));
                if (life.Obey(command).OfType<JobEvents.PhaseStarted>().Any()) reported = 0;
                Assert.InRange(life.State.Step, 0, reported);
            }
        }, iter: 300, threads: 1);

    private static Gen<Func<JobState, int, JobCommand>> Make(Func<int, JobState, JobCommand> make) =>
        Gen.Const<Func<JobState, int, JobCommand>>((job, generation) => make(generation, job));

    private static string PhaseOf(JobState job) => job.Phase?.Name ?? Some.First;

    private static long Reported(JobCommand command) => command switch
    {
        JobCommand.NoteSteps c => c.Steps[^1].Step,
        JobCommand.NoteCheckpoint c => c.Checkpoint.Step,
        JobCommand.FinishPhase c => c.Step,
        _ => 0,
    };

    private static JobEvents.IJobEvent StoredAndReadBack(JobEvents.IJobEvent happened) => (JobEvents.IJobEvent)MessagePackSerializer.Deserialize(
        happened.GetType(), MessagePackSerializer.Serialize(happened.GetType(), happened, WireFormat.Options), WireFormat.Options)!;

    private static string Text(JobState job) =>
        JsonSerializer.Serialize(job with { Spec = new() }) + JobSpecWriter.ToJson(job.Spec)
        + string.Join(",", job.Spec.Phases.Select(phase => job.Checkpoints.Best(phase.Name)));
}
