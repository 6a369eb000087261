using System.IO.Compression;

namespace DistTrain.Shared.Datasets.Reading.Packing;

/// <summary>The bytes of a gzip file and one more member behind them, which holds <see cref="EndMark"/>.</summary>
/// <remarks>
/// Tapes and block devices pad files with zeros. The zeros that a file ends with are handed out one by one, since the last of them may belong to a
/// member: when the decoder stops asking after one of those, its last member was whole, and only zeros are left.
/// </remarks>
internal sealed class GzipMembers(Stream file) : ForwardStream
{
    private static readonly byte[] EndMember = Pack(EndMark);
    private readonly byte[] _chunk = new byte[1 << 16];
    private int _from, _filled, _ofEnd;
    private long _zeros, _zerosBehind;
    private bool _isAtEnd, _gaveLastZeros;

    /// <summary>What the unpacked data of a whole file end with.</summary>
    public static ReadOnlySpan<byte> EndMark => "\0\u0001 all members of the gzip file came out whole \u0001\0"u8;

    /// <summary>Whether the decoder found the end of the members among the zeros at the file's end.</summary>
    public bool EndedInZeros => _gaveLastZeros && _ofEnd == 0;

    public override int Read(Span<byte> buffer)
    {
        while (!_isAtEnd && _from == _filled) Fill();
        if (_from == _filled) return End(buffer);
        var zeros = (int)Math.Min(_zeros, buffer.Length);
        buffer[..zeros].Clear();
        _zeros -= zeros;
        var count = Math.Min(_filled - _from, buffer.Length - zeros);
        _chunk.AsSpan(_from, count).CopyTo(buffer[zeros..]);
        _from += count;
        if (_from == _filled) (_zeros, _zerosBehind) = (_zerosBehind, 0);
        return zeros + count;
    }

    private void Fill()
    {
        var read = file.Read(_chunk);
        _isAtEnd = read == 0;
        var held = read - _chunk.AsSpan(0, read).TrimEnd((byte)0).Length;
        (_from, _filled) = (0, read - held);
        if (_filled == 0) _zeros += held;
        else _zerosBehind = held;
    }

    private int End(Span<byte> buffer)
    {
        if (_zeros > 0)
        {
            (_zeros, _gaveLastZeros) = (_zeros - 1, true);
            buffer[0] = 0;
            return 1;
        }
        var count = Math.Min(EndMember.Length - _ofEnd, buffer.Length);
        EndMember.AsSpan(_ofEnd, count).CopyTo(buffer);
        _ofEnd += count;
        return count;
    }

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
