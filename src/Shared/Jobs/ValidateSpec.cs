using System.Collections.Immutable;
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
public sealed record ValidateSpec
{
    internal const int MostTracks = 100;
    internal const int LongestTrack = 100;

    private readonly ValueMap _track = new(ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal));

    /// <summary>Steps between validations. The end of the phase is always validated.</summary>
    /// <value>At least 0; 0 is at the end only. Default: 0.</value>
    public int EverySteps { get; init; }

    /// <summary>What checkpoints are ranked by.</summary>
    /// <value><c>loss</c>, <c>bleu</c>, <c>chrf</c>, <c>chrf++</c>, <c>ter</c>, and in a phase of type dpo <c>accuracy</c> and <c>margin</c>.
    /// Default: <c>loss</c>.</value>
    public string Metric { get; init; } = "loss";

    /// <summary>Whether <see cref="Metric"/> is one of translations, and not of the objective.</summary>
    internal bool ScoresTranslations => CorpusMetric.Names.Contains(Metric);

    /// <summary>Whether a lower <see cref="Metric"/> is better.</summary>
    internal bool LowerIsBetter => Metric is "loss" or CorpusMetric.Ter;

    /// <summary>The phase ends early after this many validations in a row without a better <see cref="Metric"/> than any before.</summary>
    /// <value>At least 0; 0 is off; other than 0 with <see cref="EverySteps"/> only. Default: 0.</value>
    public int Patience { get; init; }

    /// <summary>Hypotheses that beam search keeps.</summary>
    /// <value>1 (greedy) to 64. Default: 4.</value>
    public int Beam { get; init; } = 4;

    /// <summary>Exponent alpha of the length normalisation.</summary>
    /// <value>At least 0; 0 is off. Default: 0.6.</value>
    public double LengthPenalty { get; init; } = 0.6;

    /// <value>Default: <see cref="LengthNormalization.Gnmt"/>.</value>
    public LengthNormalization LengthNormalization { get; init; }

    /// <summary>How many sentences are translated, from the set's start.</summary>
    /// <value>At least 0; 0 is all. Default: 0.</value>
    public int MaxSentences { get; init; }

    /// <summary>A translation set to translate, as in <see cref="DataSpec"/>.</summary>
    /// <value>Default: the validation data of a supervised phase; nothing in a phase of type dpo.</value>
    public string? Translations { get; init; }

    /// <summary>Tokenization of BLEU, named as in sacreBLEU.</summary>
    /// <value><c>13a</c>, <c>intl</c>, <c>zh</c>, <c>char</c> or <c>none</c>. Default: <c>13a</c>.</value>
    public string Tokenize { get; init; } = "13a";

    /// <summary>Texts by metric name: the metric <c>share/NAME</c> is the share of translations that hold the text.</summary>
    /// <value>At most 100 names of at most 100 characters. Default: none.</value>
    public ImmutableSortedDictionary<string, string> Track { get => _track.Items; init => _track = new(value); }

    public IEnumerable<Violation> Violations(string path) =>
    [
        .. Rules.AtLeast($"{path}.every_steps", EverySteps, 0, "0 validates at the phase's end only."),
        .. PatienceRules($"{path}.patience", path),
        .. BeamRules($"{path}.beam"),
        .. Rules.AtLeast($"{path}.length_penalty", LengthPenalty, 0, "0.6 is usual, 0 is off."),
        .. Rules.AtLeast($"{path}.max_sentences", MaxSentences, 0, "0 translates all."),
        .. Translations is null ? [] : Rules.Given($"{path}.translations", Translations, "Name a set, or remove the key."),
        .. Rules.OneOf($"{path}.tokenize", Tokenize, BleuTokenizer.Names),
        .. Track.SelectMany(item => Rules.Given($"{path}.track.{item.Key}", item.Value, "Give the text to look for, or remove the key.")),
    ];

    private IEnumerable<Violation> PatienceRules(string path, string own) => Patience > 0 && EverySteps == 0
        ? [new(path, $"{path} is {Patience}, but only the phase's end is validated. Give {own}.every_steps, or remove the key.")]
        : Rules.AtLeast(path, Patience, 0, "0 trains all steps.");

    private IEnumerable<Violation> BeamRules(string path) =>
        Beam is >= 1 and <= 64 ? [] : [new(path, $"{path} is {Beam}, but must be 1 to 64. 4 is usual, 1 is greedy search.")];
}
