using DistTrain.Shared.Jobs.Keys;
using DistTrain.Shared.Metrics;

namespace DistTrain.Shared.Jobs.Phases.Supervised;

/// <summary>The type of phases that train on translations.</summary>
public sealed class SupervisedPhase : PhaseType
{
    private const string NoPreferences =
        "does nothing in a supervised phase: it reads no preferences. Remove the key, or give columns.source and columns.target.";

    private SupervisedPhase()
    {
    }

    public static SupervisedPhase Type { get; } = new();

    public override string Word => "supervised";

    public override string Description => "Label-smoothed cross-entropy on translations.";

    public override PhaseSpec Defaults => new SupervisedPhaseSpec();

    public override DataSetKind Reads => DataSetKind.Pairs;

    public override IReadOnlyList<int> TargetColumns { get; } = [1];

    public override bool TrainsTokenizer => true;

    public override IReadOnlyList<string> Metrics { get; } = [ValidateSpec.Loss, .. CorpusMetric.Names];

    public override bool TranslatesValidation => true;

    internal override IReadOnlyDictionary<Key, string> Idle { get; } =
        new[] { nameof(ColumnsSpec.Prompt), nameof(ColumnsSpec.Chosen), nameof(ColumnsSpec.Rejected) }
            .ToDictionary(property => KeyGroup.Of<ColumnsSpec>()[property], _ => NoPreferences);
}
