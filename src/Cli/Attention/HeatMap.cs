using SkiaSharp;

namespace DistTrain.Cli.Attention;

/// <summary>One map as it is drawn: a title, column labels that rise to the right, row labels on the left, and a square for each weight.</summary>
internal sealed class HeatMap
{
    private const float LabelGap = 5, TitleGap = 8, WidestLabel = 150;
    private const float Slope = 60;

    private static readonly SKColor Ink = new(0x22, 0x26, 0x33), Unseen = new(0xe4, 0xe6, 0xec);
    private static readonly float Sine = MathF.Sin(Slope * MathF.PI / 180), Cosine = MathF.Cos(Slope * MathF.PI / 180);

    private readonly AttentionMap _map;
    private readonly Lettering _titles, _labels;
    private readonly int _cell;
    private readonly string[] _rows, _columns;
    private readonly float _left, _top;

    /// <param name="cell">Side of a weight's square in pixels.</param>
    public HeatMap(AttentionMap map, Lettering titles, Lettering labels, int cell)
    {
        (_map, _titles, _labels, _cell) = (map, titles, labels, cell);
        (_rows, _columns) = (Labels(map.Rows), Labels(map.Columns));
        _left = MathF.Ceiling(_rows.Max(labels.Measure) + LabelGap);
        _top = MathF.Ceiling(titles.Size + TitleGap + _columns.Max(labels.Measure) * Sine + labels.Size * Cosine + LabelGap);
        // The last columns' labels reach beyond the squares.
        var overhang = _columns.Select((label, column) => labels.Measure(label) * Cosine - (_columns.Length - column - 1) * cell).Max();
        Width = _left + Math.Max(_columns.Length * cell + Math.Max(overhang, 0), titles.Measure(map.Title));
        Height = _top + _rows.Length * cell;
    }

    /// <summary>Pixels.</summary>
    public float Width { get; }

    /// <summary>Pixels.</summary>
    public float Height { get; }

    /// <summary>The square of a weight, when the map is drawn at <paramref name="x"/> and <paramref name="y"/>.</summary>
    public SKRectI Cell(int x, int y, int row, int column) =>
        SKRectI.Create(x + (int)_left + column * _cell, y + (int)_top + row * _cell, _cell - Gap, _cell - Gap);

    // Squares stay apart as long as that does not cost much of them.
    private int Gap => _cell >= 12 ? 1 : 0;

    /// <param name="x">Left edge.</param>
    /// <param name="y">Upper edge.</param>
    public void Draw(SKCanvas canvas, int x, int y)
    {
        _titles.Draw(canvas, _map.Title, x + _left, y + _titles.Size, Ink);
        for (var row = 0; row < _rows.Length; row++)
            _labels.Draw(canvas, _rows[row], x + _left - LabelGap - _labels.Measure(_rows[row]), Middle(y + _top, row), Ink);
        for (var column = 0; column < _columns.Length; column++)
            DrawColumnLabel(canvas, _columns[column], x + _left + (column + 0.5f) * _cell, y + _top - LabelGap);
        DrawWeights(canvas, x, y);
    }

    private float Middle(float start, int index) => start + (index + 0.5f) * _cell + _labels.Size * 0.36f;

    private void DrawColumnLabel(SKCanvas canvas, string label, float x, float y)
    {
        using var unturned = new SKAutoCanvasRestore(canvas);
        canvas.Translate(x, y);
        canvas.RotateDegrees(-Slope);
        _labels.Draw(canvas, label, 0, _labels.Size * 0.36f, Ink);
    }

    private void DrawWeights(SKCanvas canvas, int x, int y)
    {
        using var paint = new SKPaint();
        for (var row = 0; row < _rows.Length; row++)
        {
            for (var column = 0; column < _columns.Length; column++)
            {
                paint.Color = _map.Sees(row, column) ? ColorScale.Of(_map.Weights[row, column]) : Unseen;
                canvas.DrawRect(Cell(x, y, row, column), paint);
            }
        }
    }

    /// <summary>When the squares are smaller than letters, only every so many tokens are named.</summary>
    private string[] Labels(IReadOnlyList<string> tokens)
    {
        var every = (int)MathF.Ceiling(_labels.Size / _cell);
        return [.. tokens.Select((token, place) => place % every == 0 ? _labels.Fit(token, WidestLabel) : "")];
    }
}
