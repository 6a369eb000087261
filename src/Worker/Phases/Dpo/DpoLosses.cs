using DistTrain.Model;
using DistTrain.Model.Objectives;
using DistTrain.Shared.Jobs.Phases.Dpo;

namespace DistTrain.Worker.Phases.Dpo;

/// <summary>The objectives of the losses that a dpo phase can name.</summary>
internal static class DpoLosses
{
    private static readonly Dictionary<string, Func<Transformer, DpoPhaseSpec, DpoObjective>> Objectives = new()
    {
        [DpoPhaseSpec.Sigmoid] = (policy, phase) => new DpoObjective(policy, phase.Beta),
    };

    /// <summary>The objective of a phase, by its loss.</summary>
    /// <param name="policy">The model that is trained.</param>
    public static DpoObjective Objective(Transformer policy, DpoPhaseSpec phase) => Objectives[phase.Loss](policy, phase);
}
