using System.Text.RegularExpressions;

namespace DistTrain.Shared.Metrics;

/// <summary>The languages of <see cref="UnspacedScripts"/>, as people name them in jobs.</summary>
public static partial class UnspacedLanguages
{
    /// <summary>
    /// The script of a language by its code or its English name, such as <c>zh</c>, <c>zh_TW</c>, <c>khm_Khmr</c> or <c>Simplified Chinese</c>.
    /// </summary>
    /// <returns>None for all others, and for what names no language.</returns>
    public static UnspacedScripts Script(string? language)
    {
        string[] words = [.. Separators().Split((language ?? "").ToLowerInvariant()).Where(word => word.Length > 0)];
        // A code comes first: what follows it is a country (ms-MY is Malay, as Malaysia has it) or a script. A name may have words before it.
        return words.Length == 0
            ? UnspacedScripts.None : words.Select(OfName).Prepend(OfCode(words[0])).FirstOrDefault(script => script != UnspacedScripts.None);
    }

    // cn and jp are countries, and no language has them as its code, so that who writes them means these.
    private static UnspacedScripts OfCode(string code) => code switch
    {
        "zh" or "zho" or "chi" or "cmn" or "yue" or "wuu" or "hak" or "gan" or "hsn" or "lzh" or "cn" => UnspacedScripts.Chinese,
        "ja" or "jpn" or "jp" => UnspacedScripts.Japanese,
        "th" or "tha" or "lo" or "lao" or "km" or "khm" or "my" or "mya" or "bur" or "shn" => UnspacedScripts.SoutheastAsian,
        "bo" or "bod" or "tib" or "dz" or "dzo" => UnspacedScripts.Tibetan,
        _ => UnspacedScripts.None,
    };

    private static UnspacedScripts OfName(string name) => name switch
    {
        "chinese" or "mandarin" or "cantonese" => UnspacedScripts.Chinese,
        "japanese" => UnspacedScripts.Japanese,
        "thai" or "laotian" or "khmer" or "cambodian" or "burmese" => UnspacedScripts.SoutheastAsian,
        "tibetan" or "dzongkha" => UnspacedScripts.Tibetan,
        _ => UnspacedScripts.None,
    };

    [GeneratedRegex(@"[^\p{L}]+", RegexOptions.CultureInvariant)]
    private static partial Regex Separators();
}
