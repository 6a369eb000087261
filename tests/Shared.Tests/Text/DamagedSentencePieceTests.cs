using System.Text;
using CsCheck;
using DistTrain.Shared.Text;
using DistTrain.TestSupport.Processes;

namespace DistTrain.Shared.Tests.Text;

/// <summary>Model files that no trainer wrote: refused, or used without an end or an exception of another kind.</summary>
public sealed class DamagedSentencePieceTests : IDisposable
{
    private static readonly byte[] Good =
    [
        .. Piece("<unk>", 0, 2), .. Piece("<s>", 0, 3), .. Piece("</s>", 0, 3), .. Piece("\u2581a", -1, 1), .. Piece("b", -2, 1),
        .. Piece("\u2581", -3, 1), .. Piece("a", -3, 1),
        0x12, 2, 0x18, 1,
    ];

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<byte[]> Forged => new(
        [.. Good, .. Piece("", 0, 4)],
        [.. Good, .. Piece("", 0, 1)],
        [.. Good, .. Piece("x", 0, 6)],
        [.. Good, .. Piece("<0xZZ>", 0, 6)],
        [.. Good, .. Piece("b", 0, 1)],
        [.. Good, .. Piece("ab", float.NaN, 1)],
        [.. Piece("<unk>", 0, 2)],
        []);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_Good_IsUsed() => Use(Good);

    [Theory]
    [MemberData(nameof(Forged))]
    public void Load_ForgedPieces_IsRefused(byte[] model) => Assert.Throws<InvalidDataException>(() => Use(model));

    [Fact]
    public void Load_AnyBytesChanged_IsUsedOrRefused() =>
        Gen.Select(Gen.Int[0, Good.Length - 1], Gen.Byte, Gen.Int[0, Good.Length - 1], Gen.Byte).Sample(
            (first, one, second, two) =>
            {
                byte[] model = [.. Good];
                (model[first], model[second]) = (one, two);
                UseOrRefuse(model);
            }, iter: 3000, threads: 1);

    [Fact]
    public void Load_AnyMapOfCharacters_IsUsedOrRefused() => Gen.Byte.Array[4, 60].Sample(
        map =>
        {
            (map[0], map[1], map[2], map[3]) = ((byte)(map[0] % 60), 0, 0, 0);
            UseOrRefuse([.. Good, 0x1a, (byte)(map.Length + 2), 0x12, (byte)map.Length, .. map]);
        }, iter: 3000, threads: 1);

    private static byte[] Piece(string text, float score, byte kind)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        byte[] message = [0x0a, (byte)bytes.Length, .. bytes, 0x15, .. BitConverter.GetBytes(score), 0x18, kind];
        return [0x0a, (byte)message.Length, .. message];
    }

    private void UseOrRefuse(byte[] model)
    {
        try
        {
            Use(model);
        }
        catch (InvalidDataException)
        {
            // The one exception that callers expect.
        }
    }

    private void Use(byte[] model)
    {
        var path = Path.Combine(_folder.Path, "x.model");
        File.WriteAllBytes(path, model);
        var tokenizer = SentencePieceTokenizer.Load(path);
        _ = tokenizer.Decode(tokenizer.Encode("ab a\u00e9 \ud83d\ude00"));
        for (var id = 0; id < tokenizer.VocabularySize; id++) _ = tokenizer.Piece(id);
    }
}
