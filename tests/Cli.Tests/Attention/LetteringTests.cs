using System.Text;
using DistTrain.Cli.Attention;

namespace DistTrain.Cli.Tests.Attention;

/// <summary>What holds with whatever fonts this machine has, none included.</summary>
public sealed class LetteringTests : IDisposable
{
    // Not a character, and never one: no font has it.
    private static readonly string Unknown = new Rune(0x3fffe).ToString();

    private readonly Typefaces typefaces = new();
    private readonly Lettering lettering;

    public LetteringTests() => lettering = new(typefaces, 14);

    public void Dispose()
    {
        lettering.Dispose();
        typefaces.Dispose();
    }

    [Fact]
    public void Measure_CharacterWithoutAFont_IsItsNumber()
    {
        Assert.Equal(lettering.Measure("U+3FFFE"), lettering.Measure(Unknown));
        Assert.Equal(lettering.Measure("U+3FFFE U+3FFFE"), lettering.Measure(Unknown + Unknown));
    }

    [Fact]
    public void Shortage_CharacterWithoutAFont_IsSaidWithARemedy()
    {
        lettering.Measure("window" + Unknown);

        Assert.Contains("apt install", typefaces.Shortage(), StringComparison.Ordinal);
    }

    [Fact]
    public void Measure_InvisibleCharacters_AreNothing()
    {
        Assert.Equal(lettering.Measure("ab"), lettering.Measure("a\u200d\u0001\ufe0fb"));
        Assert.True(typefaces.Shortage() is null || !typefaces.HasLetters);
    }

    [Fact]
    public void Fit_ShortText_IsWhole() => Assert.Equal("window", lettering.Fit("window", 1000));

    [Fact]
    public void Fit_LongText_IsNoWiderAndMarked()
    {
        var text = string.Concat(Enumerable.Repeat("window", 20));
        var fitting = lettering.Fit(text, 100);

        Assert.InRange(lettering.Measure(fitting), 0, 100);
        Assert.Equal(typefaces.HasLetters, fitting.EndsWith('\u2026') && fitting.Length < text.Length);
    }
}
