using ZstdSharp;

namespace DistTrain.Shared.Datasets.Reading.Packing;

/// <summary>Unpacks zstd, one frame or several, and notices when it was cut off.</summary>
internal sealed class WholeZstdStream(Stream file) : ForwardStream
{
    private readonly DecompressionStream _unpacked = new(file, checkEndOfStream: true);

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

    protected override void Dispose(bool disposing)
    {
        if (disposing) _unpacked.Dispose();
        base.Dispose(disposing);
    }
}
