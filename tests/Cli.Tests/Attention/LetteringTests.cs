using System.Text;
using DistTrain.Cli.Attention;

namespace DistTrain.Cli.Tests.Attention;

/// <summary>What holds with whatever fonts this machine has, none included.</summary>
public sealed class LetteringTests : IDisposable
{
    // Not a character, and never one: no font has it.
    private static readonly string Unknown = new Rune(0x3fffe).ToString();

    private readonly Typefaces _typefaces = new();
    private readonly Lettering _lettering;

    public LetteringTests() => _lettering = new(_typefaces, 14);

    public void Dispose()
    {
        _lettering.Dispose();
        _typefaces.Dispose();
    }

    [Fact]
    public void Measure_CharacterWithoutAFont_IsItsNumber()
    {
        Assert.Equal(_lettering.Measure("U+3FFFE"), _lettering.Measure(Unknown));
        Assert.Equal(_lettering.Measure("U+3FFFE U+3FFFE"), _lettering.Measure(Unknown + Unknown));
    }

    [Fact]
    public void Shortage_CharacterWithoutAFont_IsSaidWithARemedy()
    {
        _lettering.Measure("window" + Unknown);

        Assert.Contains("apt install", _typefaces.Shortage(), StringComparison.Ordinal);
    }

    [Fact]
    public void Measure_InvisibleCharacters_AreNothing()
    {
        Assert.Equal(_lettering.Measure("ab"), _lettering.Measure("a\u200d\u0001\ufe0fb"));
        Assert.True(_typefaces.Shortage() is null || !_typefaces.HasLetters);
    }

    [Fact]
    public void Fit_ShortText_IsWhole() => Assert.Equal("window", _lettering.Fit("window", 1000));

    [Fact]
    public void Fit_LongText_IsNoWiderAndMarked()
    {
        var text = string.Concat(Enumerable.Repeat("window", 20));
        var fitting = _lettering.Fit(text, 100);

        Assert.InRange(_lettering.Measure(fitting), 0, 100);
        Assert.Equal(_typefaces.HasLetters, fitting.EndsWith('\u2026') && fitting.Length < text.Length);
    }
}
