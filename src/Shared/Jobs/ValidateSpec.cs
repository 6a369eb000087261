using System.Collections.Immutable;
using DistTrain.Shared.Jobs.Keys;
using DistTrain.Shared.Metrics;

namespace DistTrain.Shared.Jobs;

/// <summary>What the log-probability of a translation is divided by, so that long ones can win. Lengths count the end mark.</summary>
public enum LengthNormalization
{
    /// <summary>((5 + length) / 6)^alpha (Wu et al. 2016, equation 14).</summary>
    Gnmt,

    /// <summary>length^alpha; with alpha 1 the mean log-probability of the tokens.</summary>
    Plain,
}

/// <summary>When and how a phase measures itself on held-out data.</summary>
public sealed record ValidateSpec : IKeyGroup
{
    /// <summary>The metric that every objective has.</summary>
    public const string Loss = "loss";

    internal const int MostTracks = 100;
    internal const int LongestTrack = 100;

    private readonly ValueMap _track = new(ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal));

    /// <summary>Steps between validations. The end of the phase is always validated.</summary>
    /// <value>At least 0; 0 is at the end only. Default: 0.</value>
    [Key("Steps between validations; 0: only the phase's end.")]
    [AtLeast(0, "0 validates at the phase's end only.")]
    public int EverySteps { get; init; }

    /// <summary>What checkpoints are ranked by.</summary>
    /// <value><c>loss</c>, <c>bleu</c>, <c>chrf</c>, <c>chrf++</c>, <c>ter</c>, and in a phase of type dpo <c>accuracy</c> and <c>margin</c>.
    /// Default: <c>loss</c>.</value>
    [Key("What checkpoints are ranked by.")]
    public string Metric { get; init; } = Loss;

    /// <summary>The key of <see cref="Metric"/>; what it may be depends on the phase's type.</summary>
    internal static Key MetricKey => KeyGroup.Of<ValidateSpec>()[nameof(Metric)];

    /// <summary>Whether <see cref="Metric"/> is one of translations, and not of the objective.</summary>
    internal bool ScoresTranslations => CorpusMetric.Names.Contains(Metric);

    /// <summary>Whether a lower <see cref="Metric"/> is better.</summary>
    internal bool LowerIsBetter => Metric is Loss or CorpusMetric.Ter;

    /// <summary>The phase ends early after this many validations in a row without a better <see cref="Metric"/> than any before.</summary>
    /// <value>At least 0; 0 is off; other than 0 with <see cref="EverySteps"/> only. Default: 0.</value>
    [Key("The phase ends after this many validations in a row without a better metric; 0 is off.")]
    [AtLeast(0, "0 trains all steps.")]
    public int Patience { get; init; }

    /// <summary>Hypotheses that beam search keeps.</summary>
    /// <value>1 (greedy) to 64. Default: 4.</value>
    [Key("Hypotheses of the search; 1 is greedy.")]
    [Range(1, 64, "1 to 64", "4 is usual, 1 is greedy search.")]
    public int Beam { get; init; } = 4;

    /// <summary>Exponent alpha of the length normalisation.</summary>
    /// <value>At least 0; 0 is off. Default: 0.6.</value>
    [Key("Exponent of the length normalisation; 0 is off.")]
    [AtLeast(0, "0.6 is usual, 0 is off.")]
    public double LengthPenalty { get; init; } = 0.6;

    /// <value>Default: <see cref="LengthNormalization.Gnmt"/>.</value>
    [Key("What a translation's log-probability is divided by.")]
    public LengthNormalization LengthNormalization { get; init; }

    /// <summary>How many sentences are translated, from the set's start.</summary>
    /// <value>At least 0; 0 is all. Default: 0.</value>
    [Key("How many sentences are translated; 0 is all.")]
    [AtLeast(0, "0 translates all.")]
    public int MaxSentences { get; init; }

    /// <summary>A translation set to translate, as in <see cref="DataSpec"/>.</summary>
    /// <value>Default: the validation data of a supervised phase; nothing in a phase of type dpo.</value>
    [Key("A translation set to translate. In a supervised phase the validation data otherwise.")]
    [Given("Name a set, or remove the key.")]
    public string? Translations { get; init; }

    /// <summary>Tokenization of BLEU, named as in sacreBLEU.</summary>
    /// <value><c>13a</c>, <c>intl</c>, <c>zh</c>, <c>char</c> or <c>none</c>. Default: <c>13a</c>.</value>
    [Key("Tokenization of BLEU, as sacreBLEU names it.")]
    [OneOf(typeof(BleuTokenizer), nameof(BleuTokenizer.Names))]
    public string Tokenize { get; init; } = "13a";

    /// <summary>Texts by metric name: the metric <c>share/NAME</c> is the share of translations that hold the text.</summary>
    /// <value>At most 100 names of at most 100 characters. Default: none.</value>
    [Key("Texts by name: the metric share/NAME is the share of translations that hold the text.")]
    public ImmutableSortedDictionary<string, string> Track { get => _track.Items; init => _track = new(value); }

    public IEnumerable<Violation> Violations(string path) => KeyViolations.Of(this, path)
        .After(nameof(Patience), PatienceRules(path))
        .After(nameof(Track), Track.SelectMany(item => TextRules($"{path}.track.{item.Key}", item.Value)));

    private IEnumerable<Violation> PatienceRules(string path) => Patience > 0 && EverySteps == 0
        ? [new($"{path}.patience", $"{path}.patience is {Patience}, but only the phase's end is validated. Give {path}.every_steps, or remove " +
            "the key.")]
        : [];

    private static IEnumerable<Violation> TextRules(string path, string text) =>
        text.Length > 0 ? [] : [new(path, $"{path} is missing. Give the text to look for, or remove the key.")];
}
