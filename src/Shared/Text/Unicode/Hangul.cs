namespace DistTrain.Shared.Text.Unicode;

/// <summary>Hangul syllables, composed of two or three letters by arithmetic (Unicode Standard, section 3.12).</summary>
internal static class Hangul
{
    private const int FirstSyllable = 0xac00, FirstLeading = 0x1100, FirstVowel = 0x1161, BeforeTrailing = 0x11a7;

    private const int Leadings = 19, Vowels = 21, Trailings = 28, Syllables = Leadings * Vowels * Trailings;

    public static bool IsSyllable(int code) => code is >= FirstSyllable and < FirstSyllable + Syllables;

    public static void Decompose(int syllable, Action<int> add)
    {
        var index = syllable - FirstSyllable;
        add(FirstLeading + (index / (Vowels * Trailings)));
        add(FirstVowel + (index / Trailings % Vowels));
        if (index % Trailings > 0) add(BeforeTrailing + (index % Trailings));
    }

    /// <summary>A leading letter and a vowel, or a syllable without a trailing letter and one; null when they are something else.</summary>
    public static int? Compose(int first, int second) => (first, second) switch
    {
        ( >= FirstLeading and < FirstLeading + Leadings, >= FirstVowel and < FirstVowel + Vowels) =>
            FirstSyllable + ((((first - FirstLeading) * Vowels) + second - FirstVowel) * Trailings),
        (_, > BeforeTrailing and < BeforeTrailing + Trailings) when IsSyllable(first) && (first - FirstSyllable) % Trailings == 0 =>
            first + second - BeforeTrailing,
        _ => null,
    };
}
