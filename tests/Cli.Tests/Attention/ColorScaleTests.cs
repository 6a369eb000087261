using DistTrain.Cli.Attention;
using SkiaSharp;

namespace DistTrain.Cli.Tests.Attention;

public class ColorScaleTests
{
    [Fact]
    public void Of_RisingWeights_BecomeBrighter()
    {
        var brightness = Enumerable.Range(0, 201).Select(i => Pictures.Brightness(ColorScale.Of(i / 200.0))).ToList();

        Assert.All(brightness.Zip(brightness.Skip(1)), pair => Assert.True(pair.Item1 < pair.Item2));
    }

    [Fact]
    public void Of_EndsOfTheScale_AreItsEnds() =>
        Assert.Equal((SKColor.Parse(ColorScale.Stops[0]), SKColor.Parse(ColorScale.Stops[^1])), (ColorScale.Of(0), ColorScale.Of(1)));
}
