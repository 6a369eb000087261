using DistTrain.Worker.Phases.Dpo;
using DistTrain.Worker.Phases.Supervised;
using DistTrain.Worker.Training;

namespace DistTrain.Worker.Phases;

/// <summary>How phases of each type train.</summary>
internal static class PhaseTrainings
{
    /// <summary>One for each type that a job file can name.</summary>
    public static IReadOnlyList<IPhaseTraining> All { get; } = [new SupervisedTraining(), new DpoTraining()];

    /// <summary>The work of the plan's phase.</summary>
    public static IPhaseWork Work(PhaseContext context) => All.Single(each => each.Type == context.Plan.Phase.Kind).Work(context);
}
