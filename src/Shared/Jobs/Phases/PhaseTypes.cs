using DistTrain.Shared.Jobs.Phases.Dpo;
using DistTrain.Shared.Jobs.Phases.Supervised;

namespace DistTrain.Shared.Jobs.Phases;

/// <summary>All types of phases.</summary>
public static class PhaseTypes
{
    /// <summary>In the order in which people are told them.</summary>
    public static IReadOnlyList<PhaseType> All { get; } = [SupervisedPhase.Type, DpoPhase.Type];
}
