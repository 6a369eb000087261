using System.Buffers;
using System.Buffers.Binary;
using MessagePack;

namespace DistTrain.Shared.Transfer;

/// <summary>What a connection is there for.</summary>
internal enum TransferVerb
{
    /// <summary>The store sends a file, or the files of a folder.</summary>
    Fetch,

    /// <summary>The store takes the files of a checkpoint and puts it in place.</summary>
    Bring,

    /// <summary>A generation begins to write checkpoints.</summary>
    Begin,
}

/// <summary>How the store answers.</summary>
internal enum TransferOutcome
{
    Done,
    Refused,
    Missing,

    /// <summary>A newer generation has begun.</summary>
    Superseded,
}

/// <summary>The first message of a connection, from a worker.</summary>
/// <param name="Path">Relative to the job's folder, with slashes.</param>
/// <param name="Generation">The writer's; of no meaning when files are fetched.</param>
internal sealed record TransferRequest(TransferVerb Verb, string Job, string Token, string Path, int Generation)
{
    /// <summary>Version of what is spoken. Both ends must have the same.</summary>
    public const int Version = 1;

    public void Send(Stream link) => TransferMessage.Send(link, (ref MessagePackWriter writer) =>
    {
        writer.WriteArrayHeader(6);
        writer.Write(Version);
        writer.Write((int)Verb);
        writer.Write(Job);
        writer.Write(Token);
        writer.Write(Path);
        writer.Write(Generation);
    });

    /// <exception cref="InvalidDataException">It is none of this version.</exception>
    public static TransferRequest Receive(Stream link) => TransferMessage.Receive(link, (ref MessagePackReader reader) =>
    {
        var count = reader.ReadArrayHeader();
        var version = reader.ReadInt32();
        if (version != Version || count != 6)
            throw new InvalidDataException($"speaks version {version} of the transfer of files, but this coordinator speaks version {Version}: run " +
                "the same DistTrain on every machine");
        return new TransferRequest((TransferVerb)reader.ReadInt32(), TransferMessage.Text(ref reader), TransferMessage.Text(ref reader),
            TransferMessage.Text(ref reader), reader.ReadInt32());
    });
}

/// <summary>The store's answer: before the files that are fetched, and before and after those that are brought.</summary>
/// <param name="Because">Why not, as a sentence or the end of one; empty when it is done.</param>
/// <param name="Newest">With <see cref="TransferOutcome.Superseded"/>, the newer generation.</param>
internal sealed record TransferAnswer(TransferOutcome Outcome, string Because = "", int Newest = 0)
{
    public static TransferAnswer Done { get; } = new(TransferOutcome.Done);

    public void Send(Stream link) => TransferMessage.Send(link, (ref MessagePackWriter writer) =>
    {
        writer.WriteArrayHeader(3);
        writer.Write((int)Outcome);
        writer.Write(Because);
        writer.Write(Newest);
    });

    /// <exception cref="InvalidDataException">It is none.</exception>
    public static TransferAnswer Receive(Stream link) => TransferMessage.Receive(link, (ref MessagePackReader reader) =>
    {
        reader.ReadArrayHeader();
        return new TransferAnswer((TransferOutcome)reader.ReadInt32(), TransferMessage.Text(ref reader), reader.ReadInt32());
    });
}

/// <summary>What stands before the bytes of a file; one without a name ends the files.</summary>
internal sealed record FileHead(string Name, long Length)
{
    public static FileHead End { get; } = new("", 0);

    public void Send(Stream link) => TransferMessage.Send(link, (ref MessagePackWriter writer) =>
    {
        writer.WriteArrayHeader(2);
        writer.Write(Name);
        writer.Write(Length);
    });

    /// <exception cref="InvalidDataException">It is none.</exception>
    public static FileHead Receive(Stream link) => TransferMessage.Receive(link, (ref MessagePackReader reader) =>
    {
        reader.ReadArrayHeader();
        return new FileHead(TransferMessage.Text(ref reader), reader.ReadInt64());
    });
}

/// <summary>Messages in MessagePack, each after its length in four bytes, the smallest first.</summary>
internal static class TransferMessage
{
    /// <summary>Bytes of the longest message. Anything longer is refused before memory is taken for it.</summary>
    private const int Longest = 4 * Limits.PathCharacters;

    public delegate void Writing(ref MessagePackWriter writer);

    public delegate T Reading<T>(ref MessagePackReader reader);

    public static void Send(Stream link, Writing write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        BinaryPrimitives.WriteInt32LittleEndian(buffer.GetSpan(sizeof(int)), 0);
        buffer.Advance(sizeof(int));
        var writer = new MessagePackWriter(buffer);
        write(ref writer);
        writer.Flush();
        var bytes = buffer.WrittenSpan.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(bytes, bytes.Length - sizeof(int));
        link.Write(bytes);
    }

    public static T Receive<T>(Stream link, Reading<T> read)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        link.ReadExactly(length);
        var bytes = BinaryPrimitives.ReadInt32LittleEndian(length);
        if (bytes is <= 0 or > Longest) throw new InvalidDataException("sent no message of the transfer of files");
        var message = new byte[bytes];
        link.ReadExactly(message);
        try
        {
            var reader = new MessagePackReader(message);
            return read(ref reader);
        }
        catch (Exception e) when (e is not InvalidDataException)
        {
            // Whatever the bytes make the reader stumble over: they may be a stranger's, and end no more than their link.
            throw new InvalidDataException("sent a message that cannot be read", e);
        }
    }

    public static string Text(ref MessagePackReader reader) => reader.ReadString() ?? "";
}
