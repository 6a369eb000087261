using DistTrain.Coordinator.Jobs;
using DistTrain.Coordinator.Jobs.State;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Tests.Jobs;

/// <summary>A job that obeys one command after the other, without actors or a journal.</summary>
internal sealed class JobLife(JobSpec? spec = null)
{
    private DateTimeOffset _now = Some.Time;

    public JobState State { get; private set; } = Some.Job(spec);

    public List<JobEvents.IJobEvent> Events { get; } = [];

    /// <summary>A job that trains its first phase.</summary>
    public static JobLife InTraining(JobSpec? spec = null)
    {
        var life = new JobLife(spec);
        life.Obey(new JobCommand.NoteData(Some.Data));
        life.Obey(new JobCommand.PlanGeneration(Some.Members));
        return life;
    }

    public void Wait(TimeSpan time) => _now += time;

    public IReadOnlyList<JobEvents.IJobEvent> Obey(JobCommand command)
    {
        var happened = State.Decide(command, _now);
        State = happened.Aggregate(State, (state, next) => state.Apply(next));
        Events.AddRange(happened);
        return happened;
    }
}
