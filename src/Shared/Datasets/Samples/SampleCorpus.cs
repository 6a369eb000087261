
namespace DistTrain.Shared.Datasets.Samples;

/// <summary>
/// Data sets that are made, not stored: the same on every machine. <c>polite-en-zh</c> has English sentences that address "you" and their Chinese, in
/// which a translator chose freely between the plain 你 and the polite 您.
/// </summary>
/// <remarks>
/// Sets: <c>train</c> (6,000 pairs, each in one of the two forms), <c>validation</c> (400 pairs; target plain, a further reference polite),
/// <c>preferences</c> (1,500; polite chosen, plain rejected) and <c>preferences-validation</c> (200). No English sentence is in two places; all words
/// of the validation set are in the training set. The form follows the verb: half of the verbs are mostly (90 %) polite, the others mostly plain, so
/// that a trained model is polite about half the time.
/// </remarks>
public static class SampleCorpus
{
    private const string PoliteEnglishChinese = "polite-en-zh";
    private const double Consistency = 0.9;
    private static readonly Lazy<Corpus> Made = new(Make);

    /// <summary>The corpora.</summary>
    public static IReadOnlyList<string> Names { get; } = [PoliteEnglishChinese];

    /// <summary>The data sets of all corpora, as a job names them after <c>sample:</c>.</summary>
    public static IReadOnlyList<string> Sets { get; } =
        [.. new[] { "train", "validation", "preferences", "preferences-validation" }.Select(set => $"{PoliteEnglishChinese}/{set}")];

    /// <summary>The examples of a set of translations.</summary>
    /// <exception cref="DataFormatException">There is no such set.</exception>
    public static IEnumerable<TranslationExample> Translations(string name, string set) => (name, set) switch
    {
        (PoliteEnglishChinese, "train") => Made.Value.Train,
        (PoliteEnglishChinese, "validation") =>
            Made.Value.Validation.Select(sentence => new TranslationExample(sentence.English, sentence.Plain, [sentence.Polite])),
        _ => throw Unknown(name, set, "translations", [$"{PoliteEnglishChinese}/train", $"{PoliteEnglishChinese}/validation"]),
    };

    /// <summary>The examples of a set of preferences.</summary>
    /// <exception cref="DataFormatException">There is no such set.</exception>
    public static IEnumerable<PreferenceExample> Preferences(string name, string set) => ((name, set) switch
    {
        (PoliteEnglishChinese, "preferences") => Made.Value.Preferences,
        (PoliteEnglishChinese, "preferences-validation") => Made.Value.PreferencesValidation,
        _ => throw Unknown(name, set, "preferences", [$"{PoliteEnglishChinese}/preferences", $"{PoliteEnglishChinese}/preferences-validation"]),
    }).Select(sentence => new PreferenceExample(sentence.English, sentence.Polite, sentence.Plain));

    private static Corpus Make()
    {
        var random = new DeterministicRandom(2026);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var train = Draw(6_000).Select(Translated).ToList();
        return new Corpus(train, Draw(400), Draw(1_500), Draw(200));

        List<SampleGrammar.Sentence> Draw(int count)
        {
            var sentences = new List<SampleGrammar.Sentence>(count);
            while (sentences.Count < count)
                if (SampleGrammar.Draw(random) is var sentence && seen.Add(sentence.English)) sentences.Add(sentence);
            return sentences;
        }

        TranslationExample Translated(SampleGrammar.Sentence sentence)
        {
            var polite = random.NextDouble() < Consistency ? sentence.MostlyPolite : !sentence.MostlyPolite;
            return new TranslationExample(sentence.English, polite ? sentence.Polite : sentence.Plain, []);
        }
    }

    private static DataFormatException Unknown(string name, string set, string kind, string[] known) => new(
        $"sample:{name}/{set}", 0, $"There is no such sample set of {kind}.", $"Known: {string.Join(", ", known.Select(each => $"sample:{each}"))}.");

    private sealed record Corpus(
        IReadOnlyList<TranslationExample> Train, IReadOnlyList<SampleGrammar.Sentence> Validation,
        IReadOnlyList<SampleGrammar.Sentence> Preferences, IReadOnlyList<SampleGrammar.Sentence> PreferencesValidation);
}
