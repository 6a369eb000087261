using System.Text;

namespace DistTrain.Shared.Metrics;

/// <summary>Text of languages that write no spaces between words, where a tokenizer that needs them takes a whole sentence for one word.</summary>
public static class UnspacedText
{
    private static readonly string[] Chinese = ["zh", "char", "flores200"], Japanese = ["ja-mecab", "char", "flores200"], Thai = ["char", "flores200"];

    /// <summary>What is wrong with a tokenizer for a text, and the remedy; null when the tokenizer needs no spaces, or most of the text's letters are of scripts with spaces.</summary>
    public static string? Warning(BleuTokenizer tokenizer, IEnumerable<string> texts) => tokenizer.NeedsSpaces && Remedies(texts) is { } fitting
        ? $"Most of this text is written without spaces, and the tokenization {tokenizer.Name} takes what is between two punctuation marks for one word: BLEU says next to nothing. {Choice(fitting)}"
        : null;

    /// <summary>The tokenizations that fit the language of the text; null when most of its letters are of scripts with spaces.</summary>
    public static IReadOnlyList<string>? Remedies(IEnumerable<string> texts)
    {
        var (letters, han, kana, thai) = (0, 0, 0, 0);
        foreach (var rune in texts.SelectMany(text => text.EnumerateRunes()).Where(Rune.IsLetter))
        {
            letters++;
            if (IsHan(rune.Value)) han++;
            else if (IsKana(rune.Value)) kana++;
            else if (IsThai(rune.Value)) thai++;
        }
        if (2 * (han + kana + thai) <= letters) return null;
        // Japanese has more kana than this share, and Chinese next to none.
        return thai > han + kana ? Thai : 10 * kana > han + kana ? Japanese : Chinese;
    }

    /// <summary>The same for a language by its code, such as <c>zh</c>, <c>zh-CN</c> or <c>zho_Hans</c>; null for all others.</summary>
    public static IReadOnlyList<string>? RemediesOfLanguage(string? code) => code?.Split('-', '_')[0].ToLowerInvariant() switch
    {
        "zh" or "zho" or "chi" or "cmn" => Chinese,
        "ja" or "jpn" => Japanese,
        "th" or "tha" => Thai,
        _ => null,
    };

    /// <summary>A sentence that names them.</summary>
    public static string Choice(IReadOnlyList<string> tokenizers) => $"Choose the tokenization {(tokenizers.Count > 1 ? $"{string.Join(", ", tokenizers.SkipLast(1))} or {tokenizers[^1]}" : tokenizers[0])}.";

    private static bool IsHan(int c) => c is (>= 0x3400 and <= 0x9fff) or (>= 0xf900 and <= 0xfaff) or (>= 0x20000 and <= 0x3ffff) or 0x3005 or 0x3007;

    private static bool IsKana(int c) => c is (>= 0x3040 and <= 0x30ff) or (>= 0x31f0 and <= 0x31ff) or (>= 0xff66 and <= 0xff9f);

    // Thai and Lao; Myanmar; Khmer: none of them has spaces between words.
    private static bool IsThai(int c) => c is (>= 0x0e00 and <= 0x0eff) or (>= 0x1000 and <= 0x109f) or (>= 0x1780 and <= 0x17ff);
}
