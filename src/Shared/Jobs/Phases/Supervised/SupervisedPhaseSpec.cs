namespace DistTrain.Shared.Jobs.Phases.Supervised;

/// <summary>Training on translations by label-smoothed cross-entropy (Vaswani et al. 2017, 5).</summary>
public sealed record SupervisedPhaseSpec : PhaseSpec
{
    /// <inheritdoc/>
    public override PhaseType Kind => SupervisedPhase.Type;
}
