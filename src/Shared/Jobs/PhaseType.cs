using DistTrain.Shared.Jobs.Keys;

namespace DistTrain.Shared.Jobs;

/// <summary>What a type of phases is, beside its keys: what it reads and measures, and what does nothing in it.</summary>
public abstract class PhaseType
{
    /// <summary>The word that <c>type</c> has in a job file.</summary>
    public abstract string Word { get; }

    /// <summary>What it is, for editors: one sentence.</summary>
    public abstract string Description { get; }

    /// <summary>A phase of which every key has its default.</summary>
    public abstract PhaseSpec Defaults { get; }

    /// <summary>The examples that it trains on and measures its objective with.</summary>
    public abstract DataSetKind Reads { get; }

    /// <summary>The columns of those examples that the model writes: one sequence each, with an end of its own.</summary>
    public abstract IReadOnlyList<int> TargetColumns { get; }

    /// <summary>Whether its text trains the tokenizer, and that of other types only in a job without such a phase.</summary>
    public abstract bool TrainsTokenizer { get; }

    /// <summary>What validation measures and checkpoints can be ranked by.</summary>
    public abstract IReadOnlyList<string> Metrics { get; }

    /// <summary>Whether validation translates the validation data where no translation set is named.</summary>
    public abstract bool TranslatesValidation { get; }

    /// <summary>
    /// The key, by its property, by which a phase whose <c>type</c> is missing is taken for one of this type, so that its other keys are not reported
    /// too; null: none.
    /// </summary>
    internal virtual string? TellingKey => null;

    /// <summary>Why a phase that starts from fresh weights is refused, with the remedy; null: it may.</summary>
    internal virtual string? WithoutStart => null;

    /// <summary>Why a phase needs a learning rate of its own, with the remedy; null: the paper's suits it.</summary>
    internal virtual string? WithoutRate => null;

    /// <summary>Keys below the phase that have no place in it: a job in which one is written and not 0 is not taken.</summary>
    internal virtual IReadOnlyDictionary<Key, RefusedKey> Refused { get; } = new Dictionary<Key, RefusedKey>();

    /// <summary>Keys below the phase that do nothing in it: what is told where one is written.</summary>
    internal virtual IReadOnlyDictionary<Key, string> Idle { get; } = new Dictionary<Key, string>();

    /// <summary>What a key below the phase may be.</summary>
    internal KeyRuleAttribute? RuleOf(Key key) => key == ValidateSpec.MetricKey ? new OneOfAttribute([.. Metrics]) : key.Rule;
}
