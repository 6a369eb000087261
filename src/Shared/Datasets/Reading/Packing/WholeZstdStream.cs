using ZstdSharp;
using ZstdSharp.Unsafe;

namespace DistTrain.Shared.Datasets.Reading.Packing;

/// <summary>Unpacks zstd, one frame or several, and notices when it was cut off.</summary>
internal sealed class WholeZstdStream(Stream file) : ForwardStream
{
    /// <summary>
    /// The widest window there is, 2 GiB, as <c>zstd --long=31</c> makes. The decoder's own limit is 128 MiB; memory is taken only as a file's data
    /// fill it.
    /// </summary>
    private const int WidestWindow = 31;

    private readonly DecompressionStream _unpacked = Unpack(file);

    /// <exception cref="InvalidDataException">The data are damaged or cut off.</exception>
    public override int Read(Span<byte> buffer)
    {
        try
        {
            return _unpacked.Read(buffer);
        }
        catch (Exception damage) when (damage is ZstdException or EndOfStreamException)
        {
            throw new InvalidDataException(damage.Message, damage);
        }
    }

    private static DecompressionStream Unpack(Stream file)
    {
        var unpacked = new DecompressionStream(file, checkEndOfStream: true);
        unpacked.SetParameter(ZSTD_dParameter.ZSTD_d_windowLogMax, WidestWindow);
        return unpacked;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _unpacked.Dispose();
        base.Dispose(disposing);
    }
}
