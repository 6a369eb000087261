using DistTrain.Shared.Jobs.Keys;

namespace DistTrain.Shared.Jobs.Phases.Dpo;

/// <summary>
/// Alignment on preferences by direct preference optimization (Rafailov et al. 2023). The frozen reference is the model that the phase starts from.
/// </summary>
public sealed record DpoPhaseSpec : PhaseSpec
{
    /// <summary>The logistic loss: equation 7 of the paper.</summary>
    public const string Sigmoid = "sigmoid";

    /// <inheritdoc/>
    public override PhaseType Kind => DpoPhase.Type;

    /// <summary>What is minimized.</summary>
    /// <value><c>sigmoid</c>: equation 7 of the paper. Default: <c>sigmoid</c>.</value>
    [Key("What is minimized; sigmoid is equation 7 of the DPO paper.")]
    [OneOf(Sigmoid)]
    public string Loss { get; init; } = Sigmoid;

    /// <summary>How strongly the model is held to the reference: higher is closer.</summary>
    /// <value>Greater than 0. Default: 0.1.</value>
    [Key("How strongly the model is held to the one it started from.")]
    [Above(0, "0.1 is usual.")]
    public double Beta { get; init; } = 0.1;
}
