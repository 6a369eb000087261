using System.Buffers.Binary;

namespace DistTrain.Worker.Collectives;

internal enum FrameKind : byte
{
    /// <summary>First frame of a link, from the member that dials; its payload is a <see cref="Hello"/>.</summary>
    Hello = 1,

    /// <summary>Answer to a hello: the link is part of the ring. No payload.</summary>
    Welcome = 2,

    /// <summary>Answer to a hello: the payload is the reason why not, in UTF-8.</summary>
    Refused = 3,

    /// <summary>One chunk of a collective.</summary>
    Data = 4,

    /// <summary>
    /// The sender lives and takes part in a collective, but has nothing to pass on yet. No payload; the checksum's place is taken by the milliseconds
    /// for which nobody that the sender waits for has made progress.
    /// </summary>
    Pulse = 5,

    /// <summary>The sender ends the ring; its payload is a <see cref="Breakage"/>.</summary>
    Broken = 6,

    /// <summary>
    /// Where a neighbour on the same host finds the sender's memory; its payload is a <see cref="MemoryOffer"/>. Answered by <see cref="Taken"/> or
    /// <see cref="Refused"/>.
    /// </summary>
    Memory = 7,

    /// <summary>
    /// One chunk of a collective that lies in the memory offered: no payload, and the place takes the checksum's. Memory does not change on the way.
    /// </summary>
    Here = 8,

    /// <summary>
    /// Against the ring's direction: the memory offered is mapped, or all chunks of a collective that lay there have been read. No payload.
    /// </summary>
    Taken = 9,

    /// <summary>
    /// The sender lives and is at work between two collectives. No payload; the checksum's place is taken by the milliseconds for which it has been
    /// without a sign of progress.
    /// </summary>
    AtWork = 10,
}

internal enum ElementType : byte
{
    None = 0,
    Float32 = 1,
    Float64 = 2,
}

/// <summary>
/// What goes before a payload on the wire. A frame is one MessagePack array of 11 elements: the ten fields in the order below,
/// integers, then a <c>bin</c> that is the payload's memory as it lies (little-endian). Every field is written in the widest MessagePack
/// format of its type, so that a header has one length and can be read from a socket without looking ahead.
/// </summary>
/// <param name="Kind">What the frame is for.</param>
/// <param name="JobHash">XxHash3 of the job's id in UTF-8: a frame of another job is never taken for one of this.</param>
/// <param name="Generation">The generation fence: a frame of another generation breaks the link.</param>
/// <param name="Step">The training step that the collective belongs to.</param>
/// <param name="Bucket">The collective's number within the step.</param>
/// <param name="Hop">How many members the chunk has passed.</param>
/// <param name="Chunk">The chunk's number within its segment.</param>
/// <param name="Type">What the payload consists of.</param>
/// <param name="Length">Bytes of the chunk or message.</param>
/// <param name="Checksum">XxHash3 of the payload; of a chunk that lies in memory offered, the byte of it where the chunk begins; of a sign of life,
/// milliseconds.</param>
internal readonly record struct FrameHeader(
    FrameKind Kind, ulong JobHash, int Generation, long Step = 0, int Bucket = 0, int Hop = 0, int Chunk = 0,
    ElementType Type = ElementType.None, int Length = 0, ulong Checksum = 0)
{
    /// <summary>Bytes of a header, the payload's own MessagePack header included.</summary>
    public const int Size = 1 + 2 + 9 + 5 + 9 + 5 + 5 + 5 + 2 + 5 + 9 + 5;

    private const byte Array11 = 0x9b, UInt8 = 0xcc, UInt32 = 0xce, UInt64 = 0xcf, Int32 = 0xd2, Int64 = 0xd3, Bin32 = 0xc6;

    /// <summary>Bytes that follow the header.</summary>
    public int PayloadLength => Kind == FrameKind.Here ? 0 : Length;

    /// <summary>Writes the header to the first <see cref="Size"/> bytes of <paramref name="to"/>.</summary>
    public void Write(Span<byte> to)
    {
        to[0] = Array11;
        (to[1], to[2]) = (UInt8, (byte)Kind);
        to[3] = UInt64; BinaryPrimitives.WriteUInt64BigEndian(to[4..], JobHash);
        to[12] = Int32; BinaryPrimitives.WriteInt32BigEndian(to[13..], Generation);
        to[17] = Int64; BinaryPrimitives.WriteInt64BigEndian(to[18..], Step);
        to[26] = Int32; BinaryPrimitives.WriteInt32BigEndian(to[27..], Bucket);
        to[31] = Int32; BinaryPrimitives.WriteInt32BigEndian(to[32..], Hop);
        to[36] = Int32; BinaryPrimitives.WriteInt32BigEndian(to[37..], Chunk);
        (to[41], to[42]) = (UInt8, (byte)Type);
        to[43] = UInt32; BinaryPrimitives.WriteInt32BigEndian(to[44..], Length);
        to[48] = UInt64; BinaryPrimitives.WriteUInt64BigEndian(to[49..], Checksum);
        to[57] = Bin32; BinaryPrimitives.WriteInt32BigEndian(to[58..], PayloadLength);
    }

    /// <summary>Reads a header. False when the bytes are not one: the stream is damaged, or the other end is not a DistTrain worker.</summary>
    public static bool TryRead(ReadOnlySpan<byte> from, out FrameHeader header)
    {
        header = default;
        if (from[0] != Array11 || from[1] != UInt8 || from[3] != UInt64 || from[12] != Int32 || from[17] != Int64 || from[26] != Int32
            || from[31] != Int32 || from[36] != Int32 || from[41] != UInt8 || from[43] != UInt32 || from[48] != UInt64 || from[57] != Bin32)
            return false;
        var length = BinaryPrimitives.ReadInt32BigEndian(from[44..]);
        header = new FrameHeader(
            (FrameKind)from[2], BinaryPrimitives.ReadUInt64BigEndian(from[4..]), BinaryPrimitives.ReadInt32BigEndian(from[13..]),
            BinaryPrimitives.ReadInt64BigEndian(from[18..]), BinaryPrimitives.ReadInt32BigEndian(from[27..]),
            BinaryPrimitives.ReadInt32BigEndian(from[32..]),
            BinaryPrimitives.ReadInt32BigEndian(from[37..]), (ElementType)from[42], length, BinaryPrimitives.ReadUInt64BigEndian(from[49..]));
        return length >= 0 && BinaryPrimitives.ReadInt32BigEndian(from[58..]) == header.PayloadLength;
    }
}
