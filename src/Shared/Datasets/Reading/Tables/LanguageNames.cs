namespace DistTrain.Shared.Datasets.Reading.Tables;

/// <summary>What headers of tables call a language: its code of two or three letters, such a code with a country, its name in English.</summary>
internal static class LanguageNames
{
    private static readonly (string Two, string Three, string Name)[] Known =
    [
        ("af", "afr", "Afrikaans"), ("am", "amh", "Amharic"), ("ar", "ara", "Arabic"), ("az", "aze", "Azerbaijani"), ("be", "bel", "Belarusian"),
        ("bg", "bul", "Bulgarian"),
        ("bn", "ben", "Bengali"), ("bs", "bos", "Bosnian"), ("ca", "cat", "Catalan"), ("cs", "ces", "Czech"), ("cy", "cym", "Welsh"),
        ("da", "dan", "Danish"),
        ("de", "deu", "German"), ("el", "ell", "Greek"), ("en", "eng", "English"), ("eo", "epo", "Esperanto"), ("es", "spa", "Spanish"),
        ("et", "est", "Estonian"),
        ("eu", "eus", "Basque"), ("fa", "fas", "Persian"), ("fi", "fin", "Finnish"), ("fr", "fra", "French"), ("ga", "gle", "Irish"),
        ("gl", "glg", "Galician"),
        ("gu", "guj", "Gujarati"), ("ha", "hau", "Hausa"), ("he", "heb", "Hebrew"), ("hi", "hin", "Hindi"), ("hr", "hrv", "Croatian"),
        ("hu", "hun", "Hungarian"),
        ("hy", "hye", "Armenian"), ("id", "ind", "Indonesian"), ("ig", "ibo", "Igbo"), ("is", "isl", "Icelandic"), ("it", "ita", "Italian"),
        ("ja", "jpn", "Japanese"),
        ("ka", "kat", "Georgian"), ("kk", "kaz", "Kazakh"), ("km", "khm", "Khmer"), ("kn", "kan", "Kannada"), ("ko", "kor", "Korean"),
        ("ky", "kir", "Kyrgyz"),
        ("la", "lat", "Latin"), ("lo", "lao", "Lao"), ("lt", "lit", "Lithuanian"), ("lv", "lav", "Latvian"), ("mk", "mkd", "Macedonian"),
        ("ml", "mal", "Malayalam"),
        ("mn", "mon", "Mongolian"), ("mr", "mar", "Marathi"), ("ms", "msa", "Malay"), ("mt", "mlt", "Maltese"), ("my", "mya", "Burmese"),
        ("ne", "nep", "Nepali"),
        ("nl", "nld", "Dutch"), ("no", "nor", "Norwegian"), ("pa", "pan", "Punjabi"), ("pl", "pol", "Polish"), ("ps", "pus", "Pashto"),
        ("pt", "por", "Portuguese"),
        ("ro", "ron", "Romanian"), ("ru", "rus", "Russian"), ("sk", "slk", "Slovak"), ("sl", "slv", "Slovenian"), ("so", "som", "Somali"),
        ("sq", "sqi", "Albanian"),
        ("sr", "srp", "Serbian"), ("sv", "swe", "Swedish"), ("sw", "swa", "Swahili"), ("ta", "tam", "Tamil"), ("te", "tel", "Telugu"),
        ("th", "tha", "Thai"),
        ("tl", "tgl", "Tagalog"), ("tr", "tur", "Turkish"), ("uk", "ukr", "Ukrainian"), ("ur", "urd", "Urdu"), ("uz", "uzb", "Uzbek"),
        ("vi", "vie", "Vietnamese"),
        ("xh", "xho", "Xhosa"), ("yo", "yor", "Yoruba"), ("zh", "zho", "Chinese"), ("zu", "zul", "Zulu"),
    ];

    /// <summary>What a header may call the language besides what the job calls it.</summary>
    /// <param name="language">As in the job: a code, with or without a country or a script behind it, or the name.</param>
    public static IReadOnlyList<string> Of(string language)
    {
        var code = language.Split('-', '_')[0];
        var known = Array.Find(Known, each => Is(code, each.Two) || Is(code, each.Three) || Is(code, each.Name));
        return known.Name is null ? [code] : [known.Two, known.Three, known.Name];
    }

    /// <summary>Whether a name is the code of a language with a country or a script behind it, such as <c>en_US</c> or <c>eng_Latn</c>.</summary>
    /// <param name="codes">Of the language.</param>
    public static bool IsRegional(string name, IReadOnlyList<string> codes) =>
        name.Split('-', '_') is [var code, { Length: >= 2 and <= 4 } region] && region.All(char.IsAsciiLetterOrDigit)
        && codes.Any(known => known.Length <= 3 && Is(known, code));

    private static bool Is(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
