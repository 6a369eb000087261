using DistTrain.Shared.Datasets.Reading.ParquetFiles;

namespace DistTrain.Shared.Tests.Datasets.Reading;

/// <summary>
/// The header of a data page of version 2 with statistics, byte by byte after Thrift's compact protocol: a field's first byte is the distance from
/// the field before and the type (5 int, 6 long, 8 binary, 12 structure, 1 true, 2 false), numbers are zigzag, and zero ends a structure.
/// </summary>
public class CompactFieldsTests
{
    private static readonly byte[] Header =
    [
        0x15, 0x06, 0x15, 0xC8, 0x01, 0x15, 0xA0, 0x01, // 1: page type 3, 2: size 100, 3: packed size 80
        // 8: 5 values, 1 null, 2 rows, encoding 8, 3 and 4 bytes of levels, not packed
        0x5C, 0x15, 0x0A, 0x15, 0x02, 0x15, 0x04, 0x15, 0x10, 0x15, 0x06, 0x15, 0x08, 0x12,
        0x1C, 0x18, 0x01, 0x7A, 0x18, 0x00, 0x16, 0x02, 0x16, 0x05, // 8.8: greatest "z", least "", 1 null, -3 different ones
        // greatest and least value, which look like a field and an end; greatest is exact, least is not
        0x18, 0x02, 0x15, 0x06, 0x18, 0x01, 0x00, 0x11, 0x12,
        0x00, 0x00, 0x00,
    ];

    [Fact]
    public void Read_AHeaderWithStatistics_HasItsNumbersAndEndsBehindIt()
    {
        var at = 2;
        var header = CompactFields.Read((byte[])[0xFF, 0xFF, .. Header, 0x15], ref at);

        Assert.Equal(2 + Header.Length, at);
        Assert.Equal([3, 100, 80], new[] { 1, 2, 3 }.Select(field => header.Number(field)));
        var page = header.Structure(8)!;
        Assert.Equal([5, 1, 2, 8, 3, 4, 0], Enumerable.Range(1, 7).Select(field => page.Number(field)));
        var statistics = page.Structure(8)!;
        Assert.Equal([1, -3, 1, 0], new[] { 3, 4, 7, 8 }.Select(field => statistics.Number(field)));
        Assert.Null(header.Structure(5));
        Assert.Equal(7, header.Number(4, otherwise: 7));
        // Texts are passed over.
        Assert.Throws<KeyNotFoundException>(() => statistics.Number(5));
    }

    [Fact]
    public void Read_AHeaderThatIsCutOff_IsRefused()
    {
        for (var length = 0; length < Header.Length; length++)
        {
            var problem = Record.Exception(() =>
            {
                var at = 0;
                CompactFields.Read(Header.AsSpan(0, length), ref at);
            });
            Assert.True(problem is IndexOutOfRangeException or InvalidDataException, $"{length} bytes: {problem}");
        }
    }

    [Fact]
    public void Read_StructuresWithinStructuresWithoutEnd_AreRefused()
    {
        var at = 0;
        Assert.Throws<InvalidDataException>(() => CompactFields.Read(Enumerable.Repeat((byte)0x1C, 1000).ToArray(), ref at));
    }
}
