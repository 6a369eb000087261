using System.Buffers.Binary;
using System.IO.Hashing;
using CsCheck;
using DistTrain.Shared.Datasets.Stores;

namespace DistTrain.Shared.Tests.Datasets;

public sealed class TokenStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("disttrain-store-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Tokens_AnyTable_AreWhatWasWritten()
    {
        var cell = Gen.Int[0, 70_000].Array[0, 6].Null();
        Gen.Int[1, 4].SelectMany(columns => cell.Array[columns].Array[0, 12].Select(rows => (columns, rows))).Sample(table =>
        {
            var path = Write(table.columns, table.rows);
            using var store = TokenStore.Open(path);
            Assert.Equal((table.columns, table.rows.Length), (store.Columns, store.Count));
            Assert.Equal(Path.GetFileNameWithoutExtension(path), store.Hash);
            for (var index = 0; index < store.Count; index++)
                for (var column = 0; column < store.Columns; column++)
                {
                    Assert.Equal(table.rows[index][column]?.Length ?? -1, store.Length(column, index));
                    Assert.Equal(table.rows[index][column] ?? [], store.Tokens(column, index).ToArray());
                }
        }, iter: 100, threads: 1);
    }

    /// <summary>Stores of one example whose hash is right and whose starts are not.</summary>
    [Theory]
    [InlineData(0L, 100_000_000L, 4L)]
    [InlineData(1L << 40, (1L << 40) + 2, 4L)]
    [InlineData(3L, 1L, 4L)]
    [InlineData(0L, 2L, 5L)]
    [InlineData(0L, long.MinValue, 4L)]
    public void Open_StartsOutsideOfTheTokens_IsDamaged(long first, long second, long end)
    {
        var body = new byte[(4 * sizeof(int)) + (3 * sizeof(long))];
        foreach (var (index, start) in new[] { first, second, end }.Index())
            BinaryPrimitives.WriteInt64LittleEndian(body.AsSpan((4 * sizeof(int)) + (index * sizeof(long))), start);
        // One example of two columns and four tokens.
        var head = new byte[64];
        "DTTOKENS"u8.CopyTo(head);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(8), 1);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(12), 2);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(16), 1);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(24), 4);
        BinaryPrimitives.WriteUInt128BigEndian(head.AsSpan(32), XxHash128.HashToUInt128([.. body, .. head[..32]]));
        var path = Path.Combine(_folder, "forged.tokens");
        File.WriteAllBytes(path, [.. head, .. body]);

        Assert.Throws<DamagedStoreException>(() => TokenStore.Open(path));
    }

    [Fact]
    public void Complete_SameContent_GivesTheSameName()
    {
        Assert.Equal(Write(2, [[1, 2], [3]]), Write(2, [[1, 2], [3]]));
        Assert.Single(Directory.GetFiles(_folder));
    }

    [Fact]
    public void Complete_SameTokensInOtherCells_GivesAnotherName() =>
        Assert.Equal(4,
            new[] { Write(2, [[1, 2], [3]]), Write(2, [[1], [2, 3]]), Write(2, [[1, 2, 3], []]), Write(2, [[1, 2, 3], null]) }.Distinct().Count());

    [Fact]
    public void Dispose_Incomplete_LeavesNoFile()
    {
        using (var writer = new TokenStoreWriter(_folder, 1)) writer.Add([1]);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void Open_AnyByteChanged_IsRefused()
    {
        var path = Write(2, [[10, 20, 30], [40, 50]], [[60], null]);
        var good = File.ReadAllBytes(path);
        foreach (var at in Enumerable.Range(0, good.Length).Where(at => at is < 48 or >= 64))
        {
            var bad = (byte[])good.Clone();
            bad[at] ^= 0x10;
            File.WriteAllBytes(path, bad);
            Assert.Throws<DamagedStoreException>(() => TokenStore.Open(path).Dispose());
        }
    }

    [Fact]
    public void Open_FileCutOff_NamesFileSizesAndRemedy()
    {
        var path = Write(1, [[1, 2, 3, 4]]);
        var whole = File.ReadAllBytes(path);
        File.WriteAllBytes(path, whole[..^8]);
        var error = Assert.Throws<DamagedStoreException>(() => TokenStore.Open(path));
        Assert.Equal($"The token store '{path}' has {whole.Length - 8} bytes, but its head tells of {whole.Length}. Delete the file: preparing the " +
            "job's data writes it again.", error.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(63)]
    public void Open_FileShorterThanItsHead_IsRefused(int length)
    {
        var path = Write(1, [[1]]);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..length]);
        Assert.Contains("does not begin as a token store does", Assert.Throws<DamagedStoreException>(() => TokenStore.Open(path)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Open_OtherVersion_NamesBothVersions()
    {
        var path = Write(1, [[1]]);
        var bytes = File.ReadAllBytes(path);
        bytes[8] = 9;
        File.WriteAllBytes(path, bytes);
        Assert.Contains("has format version 9, but this program reads versions 1 and 2",
            Assert.Throws<DamagedStoreException>(() => TokenStore.Open(path)).Message, StringComparison.Ordinal);
    }

    /// <summary>A program that knows of no texts reads version 1 alone: it refuses these instead of taking their bytes for tokens.</summary>
    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public void Complete_WithTexts_IsOfAnotherVersion(bool holdsTexts, byte version)
    {
        using var writer = new TokenStoreWriter(_folder, 2, holdsTexts);
        writer.Add([1], TextCells.Of("\u60a8"));
        var (path, _) = writer.Complete();
        using var store = TokenStore.Open(path);

        Assert.Equal((holdsTexts, version), (store.HoldsTexts, File.ReadAllBytes(path)[8]));
        Assert.Equal("\u60a8", TextCells.Text(store.Tokens(1, 0)));
    }

    [Fact]
    public void Tokens_OutsideTheTable_Throws()
    {
        using var store = TokenStore.Open(Write(1, [[1]]));
        Assert.Throws<ArgumentOutOfRangeException>(() => store.Tokens(1, 0).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => store.Tokens(0, 1).Length);
    }

    [Fact]
    public void Tokens_AfterDispose_Throws()
    {
        var store = TokenStore.Open(Write(1, [[1]]));
        store.Dispose();
        store.Dispose();
        Assert.Throws<ObjectDisposedException>(() => store.Tokens(0, 0).Length);
    }

    private string Write(int columns, params int[]?[][] rows)
    {
        using var writer = new TokenStoreWriter(_folder, columns);
        foreach (var row in rows) writer.Add(row);
        return writer.Complete().Path;
    }
}
