namespace DistTrain.Model.Tests;

/// <summary>Comparison of float32 results with values computed in float64: relative 2e-5 or absolute 1e-5.</summary>
internal static class Close
{
    public static void Assert(string what, ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double relative = 2e-5, double absolute = 1e-5)
    {
        Xunit.Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++) Assert($"{what}[{i}]", expected[i], actual[i], relative, absolute);
    }

    public static void Assert(string what, double expected, double actual, double relative = 2e-5, double absolute = 1e-5) =>
        Xunit.Assert.True(
            Math.Abs(expected - actual) <= Math.Max(absolute, relative * Math.Abs(expected)), $"{what}: expected {expected:R}, but got {actual:R}.");
}
