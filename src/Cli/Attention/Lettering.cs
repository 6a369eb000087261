using System.Globalization;
using System.Text;
using SkiaSharp;

namespace DistTrain.Cli.Attention;

/// <summary>
/// Measures and draws text of one size in whatever fonts have its characters. A character that no font has is written as its code point,
/// such as U+4F60.
/// </summary>
internal sealed class Lettering(Typefaces typefaces, float size) : IDisposable
{
    private readonly Dictionary<SKTypeface, SKFont> _fonts = [];

    public float Size => size;

    /// <summary>Width in pixels.</summary>
    public float Measure(string text) => Runs(text).Sum(run => run.Font.MeasureText(run.Text));

    /// <summary>Draws text whose first letter begins at <paramref name="x"/> on the base line <paramref name="y"/>.</summary>
    public void Draw(SKCanvas canvas, string text, float x, float y, SKColor color)
    {
        using var paint = new SKPaint { Color = color, IsAntialias = true };
        foreach (var (run, font) in Runs(text))
        {
            canvas.DrawText(run, x, y, SKTextAlign.Left, font, paint);
            x += font.MeasureText(run);
        }
    }

    /// <summary>The text, or as much of its beginning as is no wider, with a mark for the rest.</summary>
    public string Fit(string text, float width)
    {
        var fitting = text;
        for (var runes = text.EnumerateRunes().ToList(); runes.Count > 1 && Measure(fitting) > width; fitting = string.Concat(runes) + "\u2026")
            runes.RemoveAt(runes.Count - 1);
        return fitting;
    }

    public void Dispose()
    {
        foreach (var font in _fonts.Values) font.Dispose();
    }

    private List<(string Text, SKFont Font)> Runs(string text)
    {
        var runs = new List<(string Text, SKFont Font)>();
        if (!typefaces.HasLetters) return runs;
        foreach (var character in text.EnumerateRunes().Where(IsVisible))
        {
            var has = typefaces.Of(character);
            // Numbers of neighbours stand apart.
            var written = has is not null ? character.ToString() : $"{(runs.Count > 0 ? " " : "")}U+{character.Value:X4}";
            var font = FontOf(has ?? typefaces.Of(new Rune('U'))!);
            if (runs.Count > 0 && runs[^1].Font == font) runs[^1] = (runs[^1].Text + written, font);
            else runs.Add((written, font));
        }
        return runs;
    }

    // Control characters, joiners and variation selectors have no form of their own.
    private static bool IsVisible(Rune character) =>
        Rune.GetUnicodeCategory(character) is not (UnicodeCategory.Control or UnicodeCategory.Format)
        && character.Value is not (>= 0xfe00 and <= 0xfe0f);

    private SKFont FontOf(SKTypeface typeface)
    {
        if (!_fonts.TryGetValue(typeface, out var font))
            _fonts[typeface] = font = new SKFont(typeface, size) { Subpixel = true, Edging = SKFontEdging.Antialias };
        return font;
    }
}
