using SkiaSharp;

namespace DistTrain.Cli.Attention;

/// <summary>The colours of weights: from a dark blue for 0 to a bright yellow for 1, brighter all the way, so that it also reads in grey.</summary>
internal static class ColorScale
{
    /// <summary>Equally spaced over 0 to 1, as CSS writes colours; between two of them colours are mixed in proportion.</summary>
    public static IReadOnlyList<string> Stops { get; } = ["#141b41", "#243f86", "#1d7a9c", "#3fb58a", "#b4dd5f", "#fff59a"];

    private static readonly SKColor[] Colors = [.. Stops.Select(SKColor.Parse)];

    /// <param name="weight">0 to 1.</param>
    public static SKColor Of(double weight)
    {
        var place = weight * (Colors.Length - 1);
        var below = Math.Clamp((int)place, 0, Colors.Length - 2);
        return Mix(Colors[below], Colors[below + 1], place - below);
    }

    private static SKColor Mix(SKColor from, SKColor to, double share) =>
        new(Mix(from.Red, to.Red, share), Mix(from.Green, to.Green, share), Mix(from.Blue, to.Blue, share));

    private static byte Mix(byte from, byte to, double share) => (byte)Math.Round(from + (to - from) * share);
}
