using DistTrain.Cli.Attention;
using SkiaSharp;

namespace DistTrain.Cli.Tests.Attention;

/// <summary>Charts to be drawn, and what can be told of a pixel.</summary>
internal static class Pictures
{
    public static double Brightness(SKColor color) => 0.2126 * color.Red + 0.7152 * color.Green + 0.0722 * color.Blue;

    /// <summary>Different weights, each less than 1.</summary>
    public static AttentionMap Map(int rows, int columns, bool causal = false)
    {
        var weights = new float[rows, columns];
        for (var i = 0; i < weights.Length; i++) weights[i / columns, i % columns] = (i * 7 + 3) % weights.Length / (float)weights.Length;
        return new("a head", Labels("row", rows), Labels("column", columns), weights, causal);
    }

    public static AttentionChart Chart(params AttentionMap[] maps) =>
        new("chart", "a chart", "a source \u2192 a translation", "how to read it", maps);

    private static string[] Labels(string of, int count) => [.. Enumerable.Range(0, count).Select(number => $"{of} {number}")];
}
