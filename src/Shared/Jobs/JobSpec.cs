using System.Text.Json.Nodes;
using DistTrain.Shared.Jobs.Keys;

namespace DistTrain.Shared.Jobs;

/// <summary>A training job, complete: model, tokenizer, resources, checkpoints and phases with their data. Values are as in the job file.</summary>
public sealed record JobSpec
{
    private readonly ValueList<PhaseSpec> _phases = new([]);

    /// <summary>The form of the job file that this program reads.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The form of the job file.</summary>
    /// <value>1, the only one so far. Default: 1.</value>
    [Key("Form of the job file.")]
    [Current]
    public int Version { get; init; } = CurrentVersion;

    /// <summary>What the job is called; begins its id and its folder's name.</summary>
    /// <value>Up to 40 lower-case letters, digits and dashes. Required.</value>
    [Key("What the job is called; part of its id and its folder's name.", IsRequired = true)]
    [Name]
    public string Name { get; init; } = "";

    /// <summary>From which all random numbers come: initial weights, batch order, dropout.</summary>
    /// <value>Any. Default: 1.</value>
    [Key("Initial weights, order of the data and dropout follow from it.")]
    public long Seed { get; init; } = 1;

    /// <summary>The trained model that the first phase starts from.</summary>
    /// <value>Required where the first phase is of type dpo. Default: null, fresh weights.</value>
    [Key("The trained model that the first phase starts from: the folder of a checkpoint, of a job or of a run, or the id of a job; model and " +
        "tokenizer are its own.")]
    public StartSpec? Start { get; init; }

    /// <summary>The name of the key <see cref="Start"/>.</summary>
    internal static string StartKey => KeyGroup.Of<JobSpec>()[nameof(Start)].Name;

    /// <value>Default: the start's; without one the base model of "Attention Is All You Need".</value>
    [Key("The Transformer. Without a preset and keys of its own, the start's, else the paper's base model.")]
    public ModelSpec Model { get; init; } = new();

    /// <value>Default: the start's.</value>
    [Key("How text becomes tokens. With a start, the start's.")]
    public TokenizerSpec Tokenizer { get; init; } = new();

    [Key("What the job needs of the cluster.")]
    public ResourcesSpec Resources { get; init; } = new();

    [Key("When checkpoints are written and which are kept. A phase's last step always writes one.")]
    public CheckpointsSpec Checkpoints { get; init; } = new();

    /// <summary>What is trained, in order; each phase from the result of the one before or of its <see cref="PhaseSpec.From"/>.</summary>
    /// <value>At least one; names differ. Required.</value>
    [Key("What is trained, in order; each phase starts from the result of the one before, or of the one that it names.", IsRequired = true)]
    public IReadOnlyList<PhaseSpec> Phases { get => _phases; init => _phases = new(value); }

    /// <summary>Everything that is wrong with the values, in the order of the file's keys.</summary>
    public IEnumerable<Violation> Violations() => KeyViolations.Of(this, "").After(nameof(Phases), PhaseRules());

    private IEnumerable<Violation> PhaseRules()
    {
        if (Phases.Count == 0)
            yield return new("phases",
                "phases is missing or empty, but a job needs at least one phase. Add 'phases:' with an entry of type supervised.");
        var names = new HashSet<string>();
        for (var i = 0; i < Phases.Count; i++)
        {
            var (phase, path) = (Phases[i], $"phases[{i}]");
            foreach (var violation in phase.Violations(path)) yield return violation;
            if (phase.Name.Length > 0 && !names.Add(phase.Name))
                yield return new($"{path}.name", $"{path}.name is '{phase.Name}', which names an earlier phase too. Give each phase a name of its " +
                    "own: checkpoints are named after it.");
            foreach (var violation in FromRules(i)) yield return violation;
        }
    }

    private IEnumerable<Violation> FromRules(int index)
    {
        if (Phases[index].From is not { } from) yield break;
        var (path, earlier) = ($"phases[{index}].from", Phases.Take(index).Select(phase => phase.Name).ToList());
        if (from.Length == 0)
            yield return new(path, $"{path} is missing. Name {(index == 0 ? "a checkpoint" : "an earlier phase")}, or remove the key.");
        else if (index == 0) yield return new(path, $"{path} is '{from}', but start says what the first phase starts from. Remove one of the two.");
        else if (!earlier.Contains(from))
            yield return new(path, $"{path} is '{from}', which names no earlier phase. {OneOfAttribute.Choose(earlier)} "
                + "A checkpoint from elsewhere is what a job's first phase starts from: put this phase into a job of its own.");
    }

    private sealed class CurrentAttribute : KeyRuleAttribute
    {
        public override string? Fault(string path, object value) => value is CurrentVersion
            ? null
            : $"{path} is {value}, but this DistTrain reads version {CurrentVersion}. Use the DistTrain that the file was written for, or write " +
                "the file anew.";

        public override void Describe(JsonObject schema) => (schema[Keyword.Minimum], schema[Keyword.Maximum]) = (CurrentVersion, CurrentVersion);
    }
}
