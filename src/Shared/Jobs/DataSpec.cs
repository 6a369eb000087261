using DistTrain.Shared.Jobs.Keys;

namespace DistTrain.Shared.Jobs;

/// <summary>
/// The data of a phase. A set is named as <c>x.tsv</c> or <c>x.csv</c> (source, target, further references), <c>x.jsonl</c>, <c>x.json</c>, each also
/// with <c>.gz</c> or <c>.zst</c> behind, <c>x.parquet</c>, the common part of a Moses pair's names (<c>dir/train</c> for <c>dir/train.en[.gz]</c>
/// and <c>dir/train.de[.gz]</c>), or <c>sample:NAME/SET</c> (generated). Relative paths start at the data root.
/// </summary>
[StoredOrder(nameof(Train), nameof(Weight), nameof(More))]
public sealed record DataSpec : IKeyGroup
{
    /// <summary>What the name of a generated data set begins with.</summary>
    public const string SamplePrefix = "sample:";

    /// <summary>How much more or less a set may count than others.</summary>
    internal const double LeastWeight = 0.001, GreatestWeight = 1000;

    private readonly ValueList<DataSpec> _more = new([]);

    /// <summary>The set that is trained on: translations, or preferences in a phase of type dpo.</summary>
    /// <value>Required.</value>
    [Key("What is trained on: x.tsv, x.csv, x.jsonl or x.json, also with .gz or .zst, x.parquet, the common part of two text files' names, or " +
        "sample:NAME/SET.", IsRequired = true)]
    [Given("Name the training set: a .tsv, .csv, .jsonl, .json or .parquet file, a pair of text files, or sample:NAME/SET.")]
    public string Train { get; init; } = "";

    /// <summary>
    /// How many times an epoch uses each example of <see cref="Train"/>: 2 is every example twice, 0.5 every second example, the others in the next
    /// epoch.
    /// </summary>
    /// <value>0.001 to 1,000. Default: 1.</value>
    [Key("How many times an epoch uses each example.")]
    [Range(LeastWeight, GreatestWeight, "from 0.001 to 1000", "1 uses every example once an epoch.")]
    public double Weight { get; init; } = 1;

    /// <summary>The held-out set, of the same kind.</summary>
    /// <value>Default: null, no validation.</value>
    [Key("The held-out set, of the same kind.", IsOfTheFirst = true)]
    [Given("Name a set, or remove the key.")]
    public string? Validation { get; init; }

    /// <summary>
    /// Further sets that are trained on, mixed with <see cref="Train"/>. What one of them does not say is as in this record, but for its weight.
    /// </summary>
    /// <value>They have neither validation data nor further sets. Default: none.</value>
    [Key("Further training sets; what one of them does not give is as beside it, but for its weight.", IsOfTheFirst = true)]
    public IReadOnlyList<DataSpec> More { get => _more; init => _more = new(value); }

    /// <summary>Name of the source language: a key of JSON lines, an ending of Moses pairs.</summary>
    /// <value>Default: <c>source</c>.</value>
    [Key("The language translated from, as files and fields name it.")]
    [Language("en")]
    public string Source { get; init; } = "source";

    /// <summary>Name of the target language, likewise.</summary>
    /// <value>Differs from <see cref="Source"/>. Default: <c>target</c>.</value>
    [Key("The language translated to.")]
    [Language("de")]
    public string Target { get; init; } = "target";

    /// <summary>Which columns of the files hold what, where that is not told by their form.</summary>
    /// <value>Default: none chosen.</value>
    [Key("Which columns hold what: numbers counted from 1, or names of a header, of JSON keys or of Parquet columns.")]
    public ColumnsSpec Columns { get; init; } = new();

    /// <summary>Tokens of a sentence; an example with a longer one is left out and counted, or as <see cref="TooLong"/> says.</summary>
    /// <value>At least 1; one less than <see cref="ModelSpec.MaxLength"/> when that is lower. Default: 128.</value>
    [Key("Tokens of a sentence; longer ones are left out or cut, and counted.")]
    [Above(0, "Give a number of tokens such as 128.")]
    public int MaxLength { get; init; } = 128;

    /// <summary>What becomes of training examples that are longer than <see cref="MaxLength"/>; others are always left out.</summary>
    /// <value>Default: <see cref="TooLong.Drop"/>.</value>
    [Key("Whether training examples that are too long are left out or cut.")]
    public TooLong TooLong { get; init; }

    /// <summary>
    /// How many times as long as the other side, in tokens, one side of a training translation may be; others are left out and counted.
    /// </summary>
    /// <value>At least 1, or 0: off. Default: 0.</value>
    [Key("How many times as long as the other one side of a training translation may be; 0 is off.")]
    [ZeroOrAtLeast(1, "3 is usual, 0 is off.")]
    public double MaxLengthRatio { get; init; }

    /// <summary>Of equal training examples all but the first are left out and counted.</summary>
    /// <value>Default: false.</value>
    [Key("Of equal training examples only the first is kept.")]
    public bool RemoveDuplicates { get; init; }

    /// <summary>Bad records that a file may hold; they are left out and reported. One more fails the job.</summary>
    /// <value>At least 0. Default: 0.</value>
    [Key("Bad records that a file may hold.")]
    [AtLeast(0, "0 tolerates none.")]
    public int TolerateBadRecords { get; init; }

    /// <summary>Records of which a text is empty are left out and counted, and are not bad records.</summary>
    /// <value>Default: false.</value>
    [Key("Records of which a text is empty are left out and counted, and are not bad records.")]
    public bool RemoveEmpty { get; init; }

    /// <summary>All sets that are trained on: <see cref="Train"/>, then <see cref="More"/>.</summary>
    public IReadOnlyList<DataSpec> TrainingSets() => [this, .. More];

    public IEnumerable<Violation> Violations(string path)
    {
        List<Violation> own = [.. OwnViolations(path)];
        // What a further set has from this one is told once.
        return own.Concat(More.SelectMany((set, index) => set.OwnViolations($"{path}.more[{index}]").Where(
            violation => !own.Any(told => told.Message.Replace(path, $"{path}.more[{index}]", StringComparison.Ordinal) == violation.Message))));
    }

    private KeyViolations OwnViolations(string path) => KeyViolations.Of(this, path).After(nameof(Target), LanguageRules(path));

    private IEnumerable<Violation> LanguageRules(string path) => Source.Length == 0 || Source != Target
        ? []
        : [new($"{path}.target", $"{path}.target is '{Target}', the same as {path}.source. Give the two languages different names.")];
}
