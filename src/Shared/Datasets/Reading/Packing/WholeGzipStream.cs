using System.IO.Compression;

namespace DistTrain.Shared.Datasets.Reading.Packing;

/// <summary>Unpacks gzip, one member or several, with zeros behind them or without, and notices when it was cut off.</summary>
/// <remarks>
/// <see cref="GZipStream"/> ends without a word where its input ends, be it in the middle of the data. So one more member is given to it behind the
/// file's own (<see cref="GzipMembers"/>): only when every member before is whole does that one's text, which is held back here, come out at the end.
/// </remarks>
internal sealed class WholeGzipStream : ForwardStream
{
    private readonly GzipMembers _members;
    private readonly GZipStream _unpacked;
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _from, _filled;
    private bool _isAtEnd;

    public WholeGzipStream(Stream file)
    {
        _members = new(file);
        _unpacked = new(_members, CompressionMode.Decompress);
    }

    /// <exception cref="InvalidDataException">The data are damaged or cut off.</exception>
    public override int Read(Span<byte> buffer)
    {
        var mark = GzipMembers.EndMark.Length;
        while (!_isAtEnd && _filled - _from <= mark) Fill();
        var count = Math.Min(_filled - _from - (_isAtEnd ? 0 : mark), buffer.Length);
        _buffer.AsSpan(_from, count).CopyTo(buffer);
        _from += count;
        return count;
    }

    private void Fill()
    {
        _buffer.AsSpan(_from, _filled - _from).CopyTo(_buffer);
        (_from, _filled) = (0, _filled - _from);
        var read = _unpacked.Read(_buffer.AsSpan(_filled));
        _filled += read;
        if (read > 0) return;
        _isAtEnd = true;
        if (_buffer.AsSpan(0, _filled).EndsWith(GzipMembers.EndMark)) _filled -= GzipMembers.EndMark.Length;
        else if (!_members.EndedInZeros) throw new InvalidDataException("The gzip data are cut off.");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _unpacked.Dispose();
        base.Dispose(disposing);
    }
}
