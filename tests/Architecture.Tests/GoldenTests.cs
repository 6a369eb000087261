using System.Security.Cryptography;

namespace DistTrain.Architecture.Tests;

/// <summary>What may not change by the way: how losses go, and the bytes of journals and messages.</summary>
public class GoldenTests
{
    [Theory]
    [InlineData("curve.json")]
    [InlineData("wire.json")]
    public void GoldenFile_AsItIs_IsToldInTheChangelog(string file)
    {
        var fingerprint = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(SourceTree.Full($"tests/Golden/{file}"))))[..8];

        Assert.True(
            SourceTree.Read("CHANGELOG.md").Contains($"`{file}` {fingerprint}", StringComparison.Ordinal),
            $"tests/Golden/{file} has become {fingerprint}. Say in CHANGELOG.md why, in a line with \"`{file}` {fingerprint}\".");
    }
}
