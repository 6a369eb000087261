using System.Buffers;
using DistTrain.Model.Weights;
using MessagePack;

namespace DistTrain.Worker.Collectives;

/// <summary>Who dials, and for which ring: the payload of <see cref="FrameKind.Hello"/>.</summary>
/// <param name="Token">What the coordinator gave to the generation's members and to nobody else.</param>
internal sealed record Hello(string Job, int FromRank, string FromWorker, string ToWorker, string Token = "")
{
    /// <summary>Version of the data plane's frames. Both ends of a link must have the same.</summary>
    public const int Version = 3;

    public byte[] ToBytes()
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        writer.WriteArrayHeader(6);
        writer.Write(Version);
        writer.Write(Job);
        writer.Write(FromRank);
        writer.Write(FromWorker);
        writer.Write(ToWorker);
        writer.Write(Token);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <exception cref="LinkException">The payload is no hello of this version.</exception>
    public static Hello Read(ReadOnlyMemory<byte> payload) => LinkMessage.Read(payload, static (ref MessagePackReader reader) =>
        {
            var count = reader.ReadArrayHeader();
            var version = reader.ReadInt32();
            if (version != Version || count != 6)
                throw new LinkException($"speaks version {version} of the data plane, but this worker speaks version {Version}: run the same " +
                    "DistTrain on every machine");
            return new Hello(LinkMessage.Text(ref reader), reader.ReadInt32(), LinkMessage.Text(ref reader), LinkMessage.Text(ref reader),
                LinkMessage.Text(ref reader));
    });
}

/// <summary>
/// Why a member ends the ring: the payload of <see cref="FrameKind.Broken"/>, passed on from member to member so that all name the same worker.
/// </summary>
/// <param name="Worker">The worker that was missing or at fault.</param>
/// <param name="Reason">The end of a sentence that begins with the worker's name.</param>
internal sealed record Breakage(string Worker, string Reason)
{
    public byte[] ToBytes()
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        writer.WriteArrayHeader(2);
        writer.Write(Worker);
        writer.Write(Reason);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <exception cref="LinkException">The payload is no breakage.</exception>
    public static Breakage Read(ReadOnlyMemory<byte> payload) => LinkMessage.Read(payload, static (ref MessagePackReader reader) =>
        {
            reader.ReadArrayHeader();
            return new Breakage(LinkMessage.Text(ref reader), LinkMessage.Text(ref reader));
    });
}

/// <summary>Where a member's shared memory is found by processes of its host: the payload of <see cref="FrameKind.Memory"/>.</summary>
/// <param name="Path">See <see cref="SharedMemory.Path"/>.</param>
/// <param name="Name">See <see cref="SharedMemory.Name"/>.</param>
/// <param name="Length">In bytes.</param>
internal sealed record MemoryOffer(string Path, string Name, long Length)
{
    /// <summary>Nothing can be read.</summary>
    public static MemoryOffer None { get; } = new("", "", 0);

    public byte[] ToBytes()
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        writer.WriteArrayHeader(3);
        writer.Write(Path);
        writer.Write(Name);
        writer.Write(Length);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <exception cref="LinkException">The payload is no offer.</exception>
    public static MemoryOffer Read(ReadOnlyMemory<byte> payload) => LinkMessage.Read(payload, static (ref MessagePackReader reader) =>
        {
            reader.ReadArrayHeader();
            return new MemoryOffer(LinkMessage.Text(ref reader), LinkMessage.Text(ref reader), reader.ReadInt64());
    });
}

internal static class LinkMessage
{
    /// <summary>The largest payload of a frame that is not data. Anything longer is refused before memory is taken for it.</summary>
    public const int LargestPayload = 4096;

    public delegate T Reading<T>(ref MessagePackReader reader);

    public static T Read<T>(ReadOnlyMemory<byte> payload, Reading<T> read)
    {
        try
        {
            var reader = new MessagePackReader(payload);
            return read(ref reader);
        }
        catch (Exception e) when (e is not LinkException)
        {
            // Whatever the bytes make the reader stumble over, such as a number that does not fit: they are a stranger's, and end no more than their
            // link.
            throw new LinkException("sent a message that cannot be read", e);
        }
    }

    public static string Text(ref MessagePackReader reader) => reader.ReadString() ?? "";
}
