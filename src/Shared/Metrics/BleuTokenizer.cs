namespace DistTrain.Shared.Metrics;

/// <summary>How text is cut into words before BLEU counts them; the choices of sacreBLEU (Post 2018).</summary>
/// <param name="name">What a signature calls it.</param>
/// <param name="words">Cuts a text that has no white space at its end.</param>
public sealed class BleuTokenizer(string name, Func<string, string[]> words)
{
    /// <summary>As the mteval-v13a script: for languages with spaces between words.</summary>
    public static BleuTokenizer Mteval13a { get; } = new("13a", BleuTokenization.Mteval13a) { Parts = UnspacedScripts.None };

    /// <summary>As the mteval-v14 script with <c>--international-tokenization</c>: punctuation and symbols of every script.</summary>
    public static BleuTokenizer International { get; } = new("intl", BleuTokenization.International) { Parts = UnspacedScripts.Tibetan };

    /// <summary>Chinese signs one by one, the rest as mteval.</summary>
    public static BleuTokenizer Chinese { get; } = new("zh", BleuTokenization.Chinese) { Parts = UnspacedScripts.Chinese };

    /// <summary>Character by character.</summary>
    public static BleuTokenizer Character { get; } = new("char", text => PythonText.Split(string.Join(' ', text.EnumerateRunes())));

    /// <summary>At white space only.</summary>
    public static BleuTokenizer None { get; } = new("none", PythonText.Split) { Parts = UnspacedScripts.None };

    /// <summary>Those that need neither a model nor another program.</summary>
    public static IReadOnlyList<BleuTokenizer> BuiltIn { get; } = [Mteval13a, International, Chinese, Character, None];

    /// <summary>What <see cref="Parse"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. BuiltIn.Select(tokenizer => tokenizer.Name)];

    /// <summary>What a signature calls it.</summary>
    public string Name => name;

    /// <summary>The scripts without spaces whose sentences it cuts into words, or smaller.</summary>
    /// <value>Default: all, as characters and the pieces of a model do.</value>
    public UnspacedScripts Parts { get; init; } = UnspacedScripts.All;

    /// <summary>The built-in tokenizer that a word names.</summary>
    /// <exception cref="ArgumentException">None has this name.</exception>
    public static BleuTokenizer Parse(string name) => BuiltIn.FirstOrDefault(tokenizer => tokenizer.Name == name)
        ?? throw new ArgumentException($"No BLEU tokenizer is called '{name}'. Known: {string.Join(", ", Names)}.");

    /// <summary>The words of a text.</summary>
    internal string[] Words(string text, bool lowercase) => words(PythonText.TrimEnd(lowercase ? PythonText.Lower(text) : text));
}
