using SkiaSharp;

namespace DistTrain.Cli.Attention;

/// <summary>One map as it is drawn: a title, column labels that rise to the right, row labels on the left, and a square for each weight.</summary>
internal sealed class HeatMap
{
    private const float LabelGap = 5, TitleGap = 8, WidestLabel = 150;
    private const float Slope = 60;

    private static readonly SKColor Ink = new(0x22, 0x26, 0x33), Unseen = new(0xe4, 0xe6, 0xec);
    private static readonly float Sine = MathF.Sin(Slope * MathF.PI / 180), Cosine = MathF.Cos(Slope * MathF.PI / 180);

    private readonly AttentionMap map;
    private readonly Lettering titles, labels;
    private readonly int cell;
    private readonly string[] rows, columns;
    private readonly float left, top;

    /// <param name="cell">Side of a weight's square in pixels.</param>
    public HeatMap(AttentionMap map, Lettering titles, Lettering labels, int cell)
    {
        (this.map, this.titles, this.labels, this.cell) = (map, titles, labels, cell);
        (rows, columns) = (Labels(map.Rows), Labels(map.Columns));
        left = MathF.Ceiling(rows.Max(labels.Measure) + LabelGap);
        top = MathF.Ceiling(titles.Size + TitleGap + columns.Max(labels.Measure) * Sine + labels.Size * Cosine + LabelGap);
        // The last columns' labels reach beyond the squares.
        var overhang = columns.Select((label, column) => labels.Measure(label) * Cosine - (columns.Length - column - 1) * cell).Max();
        Width = left + Math.Max(columns.Length * cell + Math.Max(overhang, 0), titles.Measure(map.Title));
        Height = top + rows.Length * cell;
    }

    /// <summary>Pixels.</summary>
    public float Width { get; }

    /// <summary>Pixels.</summary>
    public float Height { get; }

    /// <summary>The square of a weight, when the map is drawn at <paramref name="x"/> and <paramref name="y"/>.</summary>
    public SKRectI Cell(int x, int y, int row, int column) =>
        SKRectI.Create(x + (int)left + column * cell, y + (int)top + row * cell, cell - Gap, cell - Gap);

    // Squares stay apart as long as that does not cost much of them.
    private int Gap => cell >= 12 ? 1 : 0;

    /// <param name="x">Left edge.</param>
    /// <param name="y">Upper edge.</param>
    public void Draw(SKCanvas canvas, int x, int y)
    {
        titles.Draw(canvas, map.Title, x + left, y + titles.Size, Ink);
        for (var row = 0; row < rows.Length; row++)
            labels.Draw(canvas, rows[row], x + left - LabelGap - labels.Measure(rows[row]), Middle(y + top, row), Ink);
        for (var column = 0; column < columns.Length; column++) DrawColumnLabel(canvas, columns[column], x + left + (column + 0.5f) * cell, y + top - LabelGap);
        DrawWeights(canvas, x, y);
    }

    private float Middle(float start, int index) => start + (index + 0.5f) * cell + labels.Size * 0.36f;

    private void DrawColumnLabel(SKCanvas canvas, string label, float x, float y)
    {
        using var unturned = new SKAutoCanvasRestore(canvas);
        canvas.Translate(x, y);
        canvas.RotateDegrees(-Slope);
        labels.Draw(canvas, label, 0, labels.Size * 0.36f, Ink);
    }

    private void DrawWeights(SKCanvas canvas, int x, int y)
    {
        using var paint = new SKPaint();
        for (var row = 0; row < rows.Length; row++)
        {
            for (var column = 0; column < columns.Length; column++)
            {
                paint.Color = map.Sees(row, column) ? ColorScale.Of(map.Weights[row, column]) : Unseen;
                canvas.DrawRect(Cell(x, y, row, column), paint);
            }
        }
    }

    /// <summary>When the squares are smaller than letters, only every so many tokens are named.</summary>
    private string[] Labels(IReadOnlyList<string> tokens)
    {
        var every = (int)MathF.Ceiling(labels.Size / cell);
        return [.. tokens.Select((token, place) => place % every == 0 ? labels.Fit(token, WidestLabel) : "")];
    }
}
