using DistTrain.Shared.Metrics;

namespace DistTrain.Shared.Tests.Metrics;

/// <summary>Expected values are Python's own.</summary>
public class PythonTextTests
{
    [Theory]
    [InlineData("ΟΔΟΣ", "οδος")]
    [InlineData("ΟΔΟΣ.", "οδος.")]
    [InlineData("Σ", "σ")]
    [InlineData("ΑΣΑ Σ", "ασα σ")]
    [InlineData("Α'Σ'Β", "α'σ'β")]
    [InlineData("Α'Σ'", "α'ς'")]
    [InlineData("\u2160Σ", "\u2170ς")]
    [InlineData("1Σ", "1σ")]
    [InlineData("İSTANBUL", "i\u0307stanbul")]
    [InlineData("ẞ\U00010400", "ß\U00010428")]
    public void Lower_FullMapping_IsPythons(string text, string expected) => Assert.Equal(expected, PythonText.Lower(text));

    [Theory]
    [InlineData("a\u001cb\u001f c\u0085d\u2028e\u3000f\u00a0g", "a|b|c|d|e|f|g")]
    [InlineData("a\u200bb\ufeffc", "a\u200bb\ufeffc")]
    [InlineData(" \t", "")]
    public void Split_WhiteSpace_IsPythons(string text, string expected) => Assert.Equal(expected, string.Join('|', PythonText.Split(text)));

    [Fact]
    public void Trim_InformationSeparators_AreWhiteSpace()
    {
        Assert.Equal(" \u001ca", PythonText.TrimEnd(" \u001ca\u001f \u3000"));
        Assert.Equal("a", PythonText.Trim(" \u001ca\u001f \u3000"));
        Assert.Equal("", PythonText.Trim("\u001d"));
    }
}
