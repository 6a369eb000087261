using System.Buffers.Binary;
using System.IO.Hashing;

namespace DistTrain.Shared.Datasets.Stores;

/// <summary>The head of a token store file, 64 bytes, little-endian.</summary>
/// <remarks>
/// <code>
/// 0  "DTTOKENS"   8  int32 version (2 with texts, else 1)   12 int32 columns   16 int64 examples   24 int64 tokens   32 XxHash128, 16 bytes   48
/// zeros 64 int32 tokens of example 0 column 0, example 0 column 1, ..., padded with zeros to a multiple of 8 bytes
/// .. int64 starts, examples * columns + 1 of them: where in the tokens each sequence begins; ~start for a sequence that is absent
/// </code>
/// The hash covers all that follows the head, then the head's first 32 bytes.
/// </remarks>
/// <param name="HoldsTexts">See <see cref="TokenStore.HoldsTexts"/>. A program that knows of no texts refuses version 2, where it would take bytes
/// for tokens.</param>
internal readonly record struct TokenStoreHead(int Columns, long Examples, long Tokens, bool HoldsTexts, UInt128 Hash)
{
    public const int Size = 64;
    public const int HashedSize = 32;
    private const int OfTokens = 1, WithTexts = 2;
    private static ReadOnlySpan<byte> Magic => "DTTOKENS"u8;

    public long StartsAt => Size + ((Tokens * sizeof(int)) + 7) / 8 * 8;
    public long FileSize => StartsAt + (((Examples * Columns) + 1) * sizeof(long));
    public string HashText => Hash.ToString("x32", null);

    public void Write(Span<byte> bytes)
    {
        bytes.Clear();
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[8..], HoldsTexts ? WithTexts : OfTokens);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[12..], Columns);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], Examples);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[24..], Tokens);
        BinaryPrimitives.WriteUInt128BigEndian(bytes[32..], Hash);
    }

    /// <summary>The head in <paramref name="bytes"/>, or why they are none.</summary>
    public static (TokenStoreHead Head, string? Problem) Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Size || !bytes.StartsWith(Magic)) return (default, "does not begin as a token store does");
        var version = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]);
        if (version is not (OfTokens or WithTexts))
            return (default, $"has format version {version}, but this program reads versions {OfTokens} and {WithTexts}");
        var head = new TokenStoreHead(
            BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]), version == WithTexts, BinaryPrimitives.ReadUInt128BigEndian(bytes[32..]));
        var sane = head.Columns is > 0 and < 1000 && head.Examples is >= 0 and <= int.MaxValue && head.Tokens is >= 0 and < long.MaxValue / 64;
        return (head, sane ? null : "has a damaged head");
    }

    /// <summary>The head with the hash that <paramref name="body"/>, fed with all that follows the head, gives it.</summary>
    public TokenStoreHead Hashed(XxHash128 body)
    {
        Span<byte> bytes = stackalloc byte[Size];
        Write(bytes);
        body.Append(bytes[..HashedSize]);
        return this with { Hash = body.GetCurrentHashAsUInt128() };
    }
}
