using SkiaSharp;

namespace DistTrain.Cli.Attention;

/// <summary>A chart as a picture: its maps in a grid, under a heading with the scale of colours.</summary>
internal sealed class AttentionPicture : IDisposable
{
    // Base lines of what stands under the heading, and where the maps begin.
    private const int SentencesLine = 76, ReadingLine = 100, MapsTop = 116;

    private const int Margin = 24, Space = 28, ScaleWidth = 220, ScaleHeight = 12, MostAcross = 4, Widest = 4000;

    // Of a map's longer side in pixels; its squares become smaller, when there are many tokens, down to the smallest that can be told apart.
    private const int LargestMap = 1200, LargestCell = 24, SmallestCell = 4;

    private static readonly SKColor Paper = SKColors.White, Ink = new(0x22, 0x26, 0x33), Pale = new(0x5b, 0x61, 0x73);

    private readonly AttentionChart _chart;
    private readonly Lettering _headings, _titles, _labels;
    private readonly List<HeatMap> _maps;
    private readonly int _gridColumns, _mapWidth, _mapHeight;

    public AttentionPicture(AttentionChart chart, Typefaces typefaces)
    {
        _chart = chart;
        (_headings, _titles, _labels) = (new(typefaces, 20), new(typefaces, 15), new(typefaces, 14));
        var tokens = chart.Maps.Max(map => Math.Max(map.Rows.Count, map.Columns.Count));
        var cell = Math.Clamp(LargestMap / tokens, SmallestCell, LargestCell);
        _maps = [.. chart.Maps.Select(map => new HeatMap(map, _titles, _labels, cell))];
        (_mapWidth, _mapHeight) = ((int)MathF.Ceiling(_maps.Max(map => map.Width)), (int)MathF.Ceiling(_maps.Max(map => map.Height)));
        _gridColumns = GridColumns(_maps.Count, Math.Clamp(Widest / (_mapWidth + Space), 1, MostAcross));
        var gridRows = (_maps.Count + _gridColumns - 1) / _gridColumns;
        float[] widths =
        [
            _gridColumns * (_mapWidth + Space) - Space, _headings.Measure(chart.Title) + Space + ScaleWidth,
            Math.Min(_labels.Measure(chart.Sentences), LargestMap), _labels.Measure(chart.Reading),
        ];
        Size = new((int)MathF.Ceiling(widths.Max()) + 2 * Margin, MapsTop + gridRows * (_mapHeight + Space) - Space + Margin);
    }

    /// <summary>Pixels.</summary>
    public SKSizeI Size { get; }

    /// <summary>The square of a weight in the picture.</summary>
    public SKRectI Cell(int map, int row, int column) => _maps[map].Cell(Left(map), Top(map), row, column);

    public SKBitmap Draw()
    {
        var bitmap = new SKBitmap(Size.Width, Size.Height);
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(Paper);
        _headings.Draw(canvas, _chart.Title, Margin, Margin + _headings.Size, Ink);
        _labels.Draw(canvas, _labels.Fit(_chart.Sentences, Size.Width - 2 * Margin), Margin, SentencesLine, Ink);
        _labels.Draw(canvas, _chart.Reading, Margin, ReadingLine, Pale);
        DrawScale(canvas, Size.Width - Margin - ScaleWidth, Margin + 4);
        foreach (var (place, map) in _maps.Index()) map.Draw(canvas, Left(place), Top(place));
        return bitmap;
    }

    public void Save(string file)
    {
        using var bitmap = Draw();
        using var stream = File.Create(file);
        if (!bitmap.Encode(stream, SKEncodedImageFormat.Png, quality: 100)) throw new IOException($"The picture '{file}' could not be written.");
    }

    public void Dispose()
    {
        _headings.Dispose();
        _titles.Dispose();
        _labels.Dispose();
    }

    private int Left(int map) => Margin + map % _gridColumns * (_mapWidth + Space);

    private int Top(int map) => MapsTop + map / _gridColumns * (_mapHeight + Space);

    private void DrawScale(SKCanvas canvas, int x, int y)
    {
        using var paint = new SKPaint();
        for (var i = 0; i < ScaleWidth; i++)
        {
            paint.Color = ColorScale.Of(i / (ScaleWidth - 1.0));
            canvas.DrawRect(x + i, y, 1, ScaleHeight, paint);
        }
        foreach (var (text, share) in new[] { ("0", 0f), ("0.5", 0.5f), ("1", 1f) })
            _labels.Draw(canvas, text, x + share * (ScaleWidth - _labels.Measure(text)), y + ScaleHeight + _labels.Size + 3, Pale);
    }

    // No more down than across while there are few, and as few holes as possible.
    private static int GridColumns(int count, int most)
    {
        var square = (int)Math.Min(Math.Ceiling(Math.Sqrt(count)), most);
        return Enumerable.Range(square, most - square + 1).MinBy(columns => (columns - count % columns) % columns);
    }
}
