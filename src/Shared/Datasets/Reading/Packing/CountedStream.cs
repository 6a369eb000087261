namespace DistTrain.Shared.Datasets.Reading.Packing;

/// <summary>Counts what is read from another stream, which it owns: a pipe does not know its position.</summary>
internal sealed class CountedStream(Stream stream) : ForwardStream
{
    /// <summary>Bytes so far.</summary>
    public long Count { get; private set; }

    public override int Read(Span<byte> buffer)
    {
        var read = stream.Read(buffer);
        Count += read;
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) stream.Dispose();
        base.Dispose(disposing);
    }
}
