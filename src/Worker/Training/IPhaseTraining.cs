using DistTrain.Shared.Jobs;

namespace DistTrain.Worker.Training;

/// <summary>How phases of one type train.</summary>
internal interface IPhaseTraining
{
    PhaseType Type { get; }

    /// <summary>The work of a phase of this type. Every member must call it.</summary>
    IPhaseWork Work(PhaseContext context);
}
