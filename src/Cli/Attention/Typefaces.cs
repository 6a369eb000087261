using System.Text;
using SkiaSharp;

namespace DistTrain.Cli.Attention;

/// <summary>The fonts of this machine, chosen character by character: no one font has all scripts.</summary>
internal sealed class Typefaces : IDisposable
{
    // Looked at first, in this order: plain faces that are usual on Linux, macOS and Windows, and Chinese ones with simplified forms.
    private static readonly string[] Preferred =
        ["DejaVu Sans", "Noto Sans", "Liberation Sans", "Helvetica", "Arial", "Noto Sans CJK SC", "WenQuanYi Zen Hei", "PingFang SC",
            "Microsoft YaHei"];

    private readonly Dictionary<Rune, SKTypeface?> _found = [];
    private readonly Lazy<IReadOnlyList<SKTypeface>> _installed;

    /// <param name="installed">The fonts in order of preference; null for those of this machine.</param>
    public Typefaces(Func<IEnumerable<SKTypeface>>? installed = null) => _installed = new(() => [.. (installed ?? Installed)()]);

    /// <summary>Whether a font has Latin letters, so that labels can be drawn at all.</summary>
    public bool HasLetters => _installed.Value.Any(typeface => typeface.ContainsGlyph('U'));

    /// <summary>What the fonts lacked of the text that was asked for, and how to mend it; null when they have all of it.</summary>
    public string? Shortage()
    {
        if (!HasLetters)
            return "This machine has no font with letters, so the pictures have no text. Install fonts, on Debian with 'apt install " +
                "fonts-dejavu-core fonts-noto-cjk', and draw again.";
        var missing = _found.Where(pair => pair.Value is null).Select(pair => pair.Key).Order().ToList();
        return missing.Count == 0 ? null
            : $"No font on this machine has {string.Concat(missing.Take(10))}" +
                (missing.Count > 10 ? $" and {missing.Count - 10} other characters" : "") +
                ": the pictures show the numbers of such characters instead. Install a font that has them, on Debian for Chinese with " +
                "'apt install fonts-noto-cjk', and draw again.";
    }

    /// <summary>The first font that has the character; null when none has.</summary>
    public SKTypeface? Of(Rune character)
    {
        if (!_found.TryGetValue(character, out var typeface))
            _found[character] = typeface = _installed.Value.FirstOrDefault(candidate => candidate.ContainsGlyph(character.Value));
        return typeface;
    }

    public void Dispose()
    {
        if (!_installed.IsValueCreated) return;
        foreach (var typeface in _installed.Value) typeface.Dispose();
    }

    // Not SKFontManager.MatchCharacter: without fontconfig, which the native library is built without, it finds nothing.
    private static IEnumerable<SKTypeface> Installed()
    {
        var fonts = SKFontManager.Default;
        return fonts.FontFamilies.OrderBy(Rank).ThenBy(family => family, StringComparer.Ordinal)
            .Select(family => fonts.MatchFamily(family, SKFontStyle.Normal)).OfType<SKTypeface>();
    }

    private static int Rank(string family) => Array.IndexOf(Preferred, family) is >= 0 and var place ? place : Preferred.Length;
}
