using System.Security.Cryptography;
using System.Text;
using CsCheck;
using DistTrain.Shared.Text.Unicode;

namespace DistTrain.Shared.Tests.Text.Unicode;

/// <summary>The hashes are of what Python's unicodedata.normalize (Unicode 14.0) makes of the same texts.</summary>
public class UnicodeNormalizerTests
{
    // Letters, marks, Hangul syllables and letters, scripts with marks, Greek, Japanese and compatibility forms, ideographs, music, accents.
    private static readonly (int First, int Last)[] Ranges =
        [(0x41, 0x7a), (0x300, 0x36f), (0xac00, 0xac60), (0x1100, 0x11ff), (0x590, 0xfff), (0x1e00, 0x1fff), (0x3000, 0x33ff), (0xf900, 0xfaff),
            (0x1d100, 0x1d1ff), (0xc0, 0x24f)];

    [Theory]
    [InlineData(Normalization.Nfc, "9cc65524a9d8082bf10840c616cd199bd2ac12ee49a3381bd6fb7957711f342b")]
    [InlineData(Normalization.Nfkc, "06e7277bca1b5f061a23d4e0caee648a132aee7e3fe7ae21a6f460298c980a11")]
    public void Normalize_EveryCharacter_IsAsPythonSays(Normalization form, string hash) =>
        Assert.Equal(hash, HashOf(Enumerable.Range(0, 0x110000).Where(Rune.IsValid).Select(code => new Rune(code).ToString()), form));

    [Theory]
    [InlineData(Normalization.Nfc, "4b1c2242be069510bf5ba3f084da55b23996d6f184b20481c623c3b6e1a19255")]
    [InlineData(Normalization.Nfkc, "116d2e3884438c4637c1eb96bc97c9074976dc9a866884856e99e4eb9241405f")]
    public void Normalize_AnyCharactersTogether_IsAsPythonSays(Normalization form, string hash) => Assert.Equal(hash, HashOf(Generated(), form));

    [Theory]
    [InlineData("e\u0301", Normalization.Nfc, "\u00e9")]
    [InlineData("e\u0301", Normalization.None, "e\u0301")]
    [InlineData("a\u0323\u0302", Normalization.Nfc, "\u1ead")]
    [InlineData("a\u0302\u0323", Normalization.Nfc, "\u1ead")]
    [InlineData("\u0915\u093c", Normalization.Nfc, "\u0915\u093c")]
    [InlineData("\u1112\u1161\u11ab", Normalization.Nfc, "\ud55c")]
    [InlineData("\ufb01 \uff21\u00b2", Normalization.Nfc, "\ufb01 \uff21\u00b2")]
    [InlineData("\ufb01 \uff21\u00b2", Normalization.Nfkc, "fi A2")]
    public void Normalize_Text_IsOfTheForm(string text, Normalization form, string normal) =>
        Assert.Equal(normal, UnicodeNormalizer.Normalize(text, form));

    [Fact]
    public void Normalize_NormalText_IsItself() => Gen.Select(Texts.Any, Gen.OneOf(Normalization.Nfc, Normalization.Nfkc)).Sample((text, form) =>
        {
            var normal = UnicodeNormalizer.Normalize(text, form);
            Assert.Equal(normal, UnicodeNormalizer.Normalize(normal, form));
    }, iter: 1000, threads: 1);

    // A sort of a square of steps would take hours.
    [Fact]
    public void Normalize_AMillionMarksOnOneLetter_AreOrdered()
    {
        var text = "q" + string.Concat(Enumerable.Repeat("\u0301\u0323", 500_000));
        Assert.Equal("q" + new string('\u0323', 500_000) + new string('\u0301', 500_000), UnicodeNormalizer.Normalize(text, Normalization.Nfc));
    }

    private static string HashOf(IEnumerable<string> texts, Normalization form) =>
        Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(texts.Select(text => UnicodeNormalizer.Normalize(text, form) + "\n")))));

    // The generator is Knuth's (MMIX), so that another language makes the same texts.
    private static IEnumerable<string> Generated()
    {
        var state = 1UL;
        for (var text = 0; text < 20_000; text++)
        {
            var letters = new StringBuilder();
            for (var left = 1 + Next(8); left > 0; left--)
            {
                var (first, last) = Ranges[Next(Ranges.Length)];
                letters.Append(new Rune(first + Next(last - first + 1)).ToString());
            }
            yield return letters.ToString();
        }

        int Next(int below)
        {
            state = unchecked((state * 6364136223846793005) + 1442695040888963407);
            return (int)((state >> 33) % (ulong)below);
        }
    }
}
