using DistTrain.Cli.Attention;
using SkiaSharp;

namespace DistTrain.Cli.Tests.Attention;

public sealed class AttentionPictureTests : IDisposable
{
    private readonly Typefaces _typefaces = new();

    public void Dispose() => _typefaces.Dispose();

    [Fact]
    public void Draw_Weights_EachSquareHasItsColor()
    {
        AttentionMap[] maps = [Pictures.Map(4, 6), Pictures.Map(6, 4), Pictures.Map(3, 3)];
        using var picture = new AttentionPicture(Pictures.Chart(maps), _typefaces);
        using var drawn = picture.Draw();

        foreach (var (place, map) in maps.Index())
            for (var row = 0; row < map.Rows.Count; row++)
                for (var column = 0; column < map.Columns.Count; column++)
                    Assert.Equal(ColorScale.Of(map.Weights[row, column]), Middle(drawn, picture.Cell(place, row, column)));
    }

    [Fact]
    public void Draw_OneLargestWeight_IsTheBrightestSquare()
    {
        var map = Pictures.Map(5, 7);
        map.Weights[3, 2] = 1;
        using var picture = new AttentionPicture(Pictures.Chart(map), _typefaces);
        using var drawn = picture.Draw();

        var squares = from row in Enumerable.Range(0, 5) from column in Enumerable.Range(0, 7) select (row, column);
        Assert.Equal((3, 2), squares.MaxBy(square => Pictures.Brightness(Middle(drawn, picture.Cell(0, square.row, square.column)))));
    }

    [Fact]
    public void Draw_LaterTokens_AreNoWeights()
    {
        using var picture = new AttentionPicture(Pictures.Chart(Pictures.Map(4, 4, causal: true)), _typefaces);
        using var drawn = picture.Draw();

        var hidden = Middle(drawn, picture.Cell(0, 0, 3));
        for (var row = 0; row < 4; row++)
            for (var column = 0; column < 4; column++)
                Assert.Equal(column > row, Middle(drawn, picture.Cell(0, row, column)) == hidden);
    }

    [Fact]
    public void Size_MoreTokens_IsLargerUpToALimit()
    {
        var sizes = new[] { 5, 20, 60, 300 }.Select(tokens =>
        {
            using var picture = new AttentionPicture(Pictures.Chart([.. Enumerable.Repeat(Pictures.Map(tokens, tokens), 8)]), _typefaces);
            return picture.Size;
        }).ToList();

        Assert.All(sizes.Zip(sizes.Skip(1)), pair => Assert.True(pair.Item1.Width < pair.Item2.Width));
        Assert.All(sizes, size => Assert.InRange(size.Width * (long)size.Height, 1, 40_000_000));
    }

    [Fact]
    public void Draw_WithoutFonts_DrawsTheWeightsAndSaysWhatIsMissing()
    {
        using var none = new Typefaces(() => []);
        var map = Pictures.Map(2, 3);
        using var picture = new AttentionPicture(Pictures.Chart(map), none);
        using var drawn = picture.Draw();

        Assert.Equal(ColorScale.Of(map.Weights[1, 2]), Middle(drawn, picture.Cell(0, 1, 2)));
        Assert.Contains("fonts-noto-cjk", none.Shortage(), StringComparison.Ordinal);
    }

    private static SKColor Middle(SKBitmap picture, SKRectI square) => picture.GetPixel(square.MidX, square.MidY);
}
