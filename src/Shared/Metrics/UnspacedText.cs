using System.Text;

namespace DistTrain.Shared.Metrics;

/// <summary>Text of languages without spaces between words: a tokenizer that does not part their scripts takes a sentence for one word.</summary>
public static class UnspacedText
{
    // Words of Chinese have one letter or two, those of Thai and Burmese four: text with a space for as many letters has them between its words.
    private const int LettersOfAWord = 6;

    private static readonly string[] Chinese = ["zh", "char", "flores200"], Japanese = ["ja-mecab", "char", "flores200"];
    private static readonly string[] Other = ["char", "flores200"];

    /// <summary>What is wrong with a tokenizer for a text, and the remedy.</summary>
    /// <returns>Null when the tokenizer parts the text's script, or the text has spaces between words.</returns>
    /// <param name="known">The tokenizations that there are to choose from; null: all.</param>
    public static string? Warning(BleuTokenizer tokenizer, IEnumerable<string> texts, IReadOnlyCollection<string>? known = null)
    {
        if ((UnspacedScripts.All & ~tokenizer.Parts) == UnspacedScripts.None) return null;
        var script = Script(texts);
        if (Fault(tokenizer, script) is not { } fault) return null;
        return $"Most of this text is written without spaces, and the tokenization {tokenizer.Name} {fault}: BLEU says little or nothing. "
            + $"Choose the tokenization {Choice(Remedies(script, known))}.";
    }

    /// <summary>What a tokenizer takes for a word of a script that it does not part; null when it parts it.</summary>
    public static string? Fault(BleuTokenizer tokenizer, UnspacedScripts script) => (script & ~tokenizer.Parts) == UnspacedScripts.None ? null
        : tokenizer == BleuTokenizer.None ? "takes what is between two spaces for one word"
        : tokenizer == BleuTokenizer.Chinese && script == UnspacedScripts.Japanese ? "takes kana that stand together for one word"
        : "takes what is between two punctuation marks for one word";

    /// <summary>The tokenizations that fit a script, the best first.</summary>
    /// <param name="known">The tokenizations that there are to choose from; null: all.</param>
    public static IReadOnlyList<string> Remedies(UnspacedScripts script, IReadOnlyCollection<string>? known = null)
    {
        var fitting = script switch { UnspacedScripts.Chinese => Chinese, UnspacedScripts.Japanese => Japanese, _ => Other };
        return known is null ? fitting : [.. fitting.Intersect(known)];
    }

    /// <summary>Tokenizations in a sentence.</summary>
    public static string Choice(IReadOnlyList<string> tokenizers) =>
        tokenizers.Count > 1 ? $"{string.Join(", ", tokenizers.SkipLast(1))} or {tokenizers[^1]}" : tokenizers[0];

    /// <summary>The script of most of the letters.</summary>
    /// <returns>None when they are of scripts with spaces, or have spaces between words, as text that was tokenized before has.</returns>
    public static UnspacedScripts Script(IEnumerable<string> texts)
    {
        var (letters, han, kana, southeast, tibetan, gaps) = (0L, 0L, 0L, 0L, 0L, 0L);
        foreach (var text in texts)
        {
            // Whether a letter of these scripts has been seen in this text, and a space behind it.
            var (isWord, isGap) = (false, false);
            foreach (var rune in text.EnumerateRunes())
            {
                if (Rune.IsWhiteSpace(rune)) isGap = isWord;
                if (!Rune.IsLetter(rune)) continue;
                letters++;
                if (IsHan(rune.Value)) han++;
                else if (IsKana(rune.Value)) kana++;
                else if (IsSoutheastAsian(rune.Value)) southeast++;
                else if (rune.Value is >= 0x0f00 and <= 0x0fff) tibetan++;
                else continue;
                if (isGap) gaps++;
                (isWord, isGap) = (true, false);
            }
        }
        var unspaced = han + kana + southeast + tibetan;
        if (2 * unspaced <= letters || LettersOfAWord * gaps >= unspaced) return UnspacedScripts.None;
        if (tibetan > Math.Max(han + kana, southeast)) return UnspacedScripts.Tibetan;
        if (southeast > han + kana) return UnspacedScripts.SoutheastAsian;
        // Japanese has more kana than this share, and Chinese next to none.
        return 10 * kana > han + kana ? UnspacedScripts.Japanese : UnspacedScripts.Chinese;
    }

    private static bool IsHan(int c) =>
        c is (>= 0x3400 and <= 0x9fff) or (>= 0xf900 and <= 0xfaff) or (>= 0x20000 and <= 0x3ffff) or 0x3005 or 0x3007;

    private static bool IsKana(int c) => c is (>= 0x3040 and <= 0x30ff) or (>= 0x31f0 and <= 0x31ff) or (>= 0xff66 and <= 0xff9f);

    // Thai and Lao; Myanmar and its extensions; Khmer.
    private static bool IsSoutheastAsian(int c) =>
        c is (>= 0x0e00 and <= 0x0eff) or (>= 0x1000 and <= 0x109f) or (>= 0x1780 and <= 0x17ff)
            or (>= 0xa9e0 and <= 0xa9ff) or (>= 0xaa60 and <= 0xaa7f);
}
