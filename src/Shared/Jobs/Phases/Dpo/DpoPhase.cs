using DistTrain.Shared.Jobs.Keys;
using DistTrain.Shared.Metrics;

namespace DistTrain.Shared.Jobs.Phases.Dpo;

/// <summary>The type of phases that align a model by direct preference optimization.</summary>
public sealed class DpoPhase : PhaseType
{
    private DpoPhase()
    {
    }

    public static DpoPhase Type { get; } = new();

    public override string Word => "dpo";

    public override string Description => "Direct preference optimization.";

    public override PhaseSpec Defaults => new DpoPhaseSpec();

    public override DataSetKind Reads => DataSetKind.Preferences;

    public override IReadOnlyList<int> TargetColumns { get; } = [1, 2];

    public override bool TrainsTokenizer => false;

    public override IReadOnlyList<string> Metrics { get; } = [ValidateSpec.Loss, "accuracy", "margin", .. CorpusMetric.Names];

    public override bool TranslatesValidation => false;

    internal override string TellingKey => nameof(DpoPhaseSpec.Loss);

    internal override string WithoutStart => "it would align a model of random weights. Name a trained checkpoint with 'start:' (or --start), or " +
        "put a supervised phase before it.";

    internal override string WithoutRate => "is missing, so that the phase trains at the paper's rate for fresh weights, a hundred times what " +
        "alignment bears. Write one such as 1e-5.";

    internal override IReadOnlyDictionary<Key, RefusedKey> Refused { get; } = new Dictionary<Key, RefusedKey>
    {
        [KeyGroup.Of<OptimizerSpec>()[nameof(OptimizerSpec.LabelSmoothing)]] = new("The loss of this type smooths no labels.",
            "but the loss of a dpo phase smooths no labels. Remove the key, or write 0."),
    };

    internal override IReadOnlyDictionary<Key, string> Idle { get; } = new Dictionary<Key, string>
    {
        [KeyGroup.Of<DataSpec>()[nameof(DataSpec.MaxLengthRatio)]] =
            "does nothing in a dpo phase: it compares the two sides of a translation. Remove the key.",
    };
}
