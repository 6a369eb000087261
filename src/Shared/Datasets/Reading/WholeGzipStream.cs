using System.IO.Compression;

namespace DistTrain.Shared.Datasets.Reading;

/// <summary>Reads a gzip file and notices when it was cut off.</summary>
/// <remarks>
/// <see cref="GZipStream"/> ends without a word where its input ends, be it in the middle of the data. So one more gzip member, which holds <see cref="EndMark"/>,
/// is given to it behind the file's own: only when every member before is whole does that text come out at the end.
/// </remarks>
internal sealed class WholeGzipStream(Stream file) : Stream
{
    private static readonly byte[] EndMember = Pack(EndMark);
    private int _given;

    /// <summary>What the decompressed data of a whole file end with. Holds no line feed.</summary>
    public static ReadOnlySpan<byte> EndMark => "\0\u0001 all members of the gzip file came out whole \u0001\0"u8;

    /// <summary>The decompressed data of a file, with <see cref="EndMark"/> after them when the file is whole.</summary>
    public static Stream Open(Stream file) => new GZipStream(new WholeGzipStream(file), CompressionMode.Decompress);

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        var read = file.Read(buffer);
        if (read > 0) return read;
        var rest = EndMember.AsSpan(_given);
        var count = Math.Min(rest.Length, buffer.Length);
        rest[..count].CopyTo(buffer);
        _given += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    public override void Flush() => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) file.Dispose();
        base.Dispose(disposing);
    }

    private static byte[] Pack(ReadOnlySpan<byte> text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(text);
        return packed.ToArray();
    }
}
