using DistTrain.Shared.Datasets;

namespace DistTrain.Shared.Tests.Datasets.Reading;

/// <summary>
/// Data pages of version 2 inside lists, which Parquet.Net neither reads nor writes. The file was written byte by byte after the format's
/// specification: two columns, chosen and rejected, lists of role and content; five rows in two pages; contents plain, roles in a dictionary; codecs
/// none and gzip, turned about in the second column.
/// </summary>
public sealed class ParquetPagesTests : IDisposable
{
    private readonly DataFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public void Read_ListsInPagesOfVersion2_AreRead()
    {
        var file = _data.Write("x.parquet", Convert.FromBase64String(WholeFile));
        var bad = new BadRecords(2);
        Assert.Equal(
            [new("Where is it?", "Wo ist es?", "Wo es?"), new("Go.\nGeh.\nNow.", "Jetzt geh. \u60a8", "Nun."), new("Yes?", "Ja?", "Nein?")],
            _data.Preferences("x.parquet", bad));
        Assert.Equal([(file, 3L), (file, 4L)], bad.Seen.Select(record => (record.File, record.Line)));
    }

    [Fact]
    public void Read_PagesThatAreDamaged_EndInASentence()
    {
        var whole = Convert.FromBase64String(WholeFile);
        // What the footer says of the pages is another matter: here it is whole.
        for (var at = 4; at < Footer; at++)
            foreach (var change in new byte[] { 1, 0x80, 0xFF })
            {
                byte[] damaged = [.. whole];
                damaged[at] ^= change;
                _data.Write("x.parquet", damaged);
                var problem = Record.Exception(() => _data.Preferences("x.parquet", new BadRecords(9)));
                Assert.True(problem is null or DataFormatException, $"Byte {at}: {problem}");
            }
    }

    private const int Footer = 558;

    private const string WholeFile = """
        UEFSMRUGFZYBFZYBXBUMFQAVBBUAFQQVBBIAAAM6DAQMAAAAV2hlcmUgaXMgaXQ/CgAAAFdvIGlzdCBlcz8DAAAAR28uBAAAAEdlaC4EAAAATm93Lg4AAABKZXR6dCBnZWguIOaCqBUGFTQVNFwVCh
        UEFQYVABUIFQQSAAADFAPgSAABAAAAQQQAAABZZXM/AwAAAEphPxUEFSoVTkwVBBUAAAAfiwgAAAAAAAID42RgYEgsLs4sLknMK2EBckqLU4sA9Va/NxUAAAAVBhUOFTZcFQwVABUEFRAVBBUEEQAA
        AzoMBB+LCAAAAAAAAgNjZBYFAA0Ec7gDAAAAFQYVEhU6XBUKFQIVBhUQFQgVBBEAAAMUAyBJAB+LCAAAAAAAAgNjZGYFAGkUxKUDAAAAFQYVehWGAVwVDBUAFQQVABUEFQQRAAADOgwEH4sIAAAAAA
        ACA+NhYGAIz0gtSlXILFbILLFnA/HzFVKL7ZmBLPd8PRYQlZoBpv3yyyF0aZ4eAO9cPjY5AAAAFQYVQhViXBUKFQIVBhUAFQgVBBEAAAMUAyFJAB+LCAAAAAAAAgNjZGBgcGQEEk4sQCIytdieFUj7
        pWbm2QMA0RZSWhsAAAAVBBUqFSpMFQQVAAAACQAAAGFzc2lzdGFudAQAAAB1c2VyFQYVDhUOXBUMFQAVBBUQFQQVBBIAAAM6DAQBAxUVBhUSFRJcFQoVAhUGFRAVCBUEEgAAAxQDIUkAAQMFFQQZvE
        gEcm9vdBUEADUCGAZjaG9zZW4VAhUGADUEGARsaXN0FQIANQIYB2VsZW1lbnQVBAAVDCUCGAdjb250ZW50JQAAFQwlAhgEcm9sZSUAADUCGAhyZWplY3RlZBUCFQYANQQYBGxpc3QVAgA1AhgHZWxl
        bWVudBUEABUMJQIYB2NvbnRlbnQlAAAVDCUCGARyb2xlJQAAFgoZHBlMJggcFQwZJQAGGUgGY2hvc2VuBGxpc3QHZWxlbWVudAdjb250ZW50FQAWFhamAhamAiYIAAAmrgIcFQwZJRAGGUgGY2hvc2
        VuBGxpc3QHZWxlbWVudARyb2xlFQQWFhawAhawAiaWAyauAgAAJt4EHBUMGSUABhlICHJlamVjdGVkBGxpc3QHZWxlbWVudAdjb250ZW50FQQWFhbCAhbCAibeBAAAJqAHHBUMGSUQBhlICHJlamVj
        dGVkBGxpc3QHZWxlbWVudARyb2xlFQAWFha8ARa8ASbkByagBwAAFtQIFgoAKANvd24AiQEAAFBBUjE=
        """;
}
