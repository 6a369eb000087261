using DistTrain.Model.Objectives.Preferences;
using DistTrain.Shared.Jobs.Phases.Dpo;

namespace DistTrain.Worker.Phases.Dpo;

/// <summary>The losses that a dpo phase can name.</summary>
internal static class DpoLosses
{
    private static readonly Dictionary<string, Func<DpoPhaseSpec, IPreferenceLoss>> Losses = new()
    {
        [DpoPhaseSpec.Sigmoid] = phase => new SigmoidLoss(phase.Beta),
    };

    /// <summary>Their words.</summary>
    public static IReadOnlyCollection<string> Words => Losses.Keys;

    /// <summary>The loss of a phase, with the phase's settings of it.</summary>
    public static IPreferenceLoss Of(DpoPhaseSpec phase) => Losses[phase.Loss](phase);
}
