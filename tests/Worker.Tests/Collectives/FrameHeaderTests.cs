using System.Buffers;
using CsCheck;
using DistTrain.Worker.Collectives;
using MessagePack;

namespace DistTrain.Worker.Tests.Collectives;

public class FrameHeaderTests
{
    private static readonly Gen<FrameHeader> Data = Gen.Select(Gen.ULong, Gen.Int, Gen.Long, Gen.Int, Gen.Int, Gen.Int, Gen.Int[0, 100], Gen.ULong)
        .Select((job, generation, step, bucket, hop, chunk, length, checksum) =>
            new FrameHeader(FrameKind.Data, job, generation, step, bucket, hop, chunk, ElementType.Float32, length, checksum));

    private static readonly Gen<FrameHeader> Headers = Gen.Select(Data, Gen.Bool)
        .Select((header, isHere) => header with { Kind = isHere ? FrameKind.Here : FrameKind.Data });

    [Fact]
    public void TryRead_WhatWriteWrote_IsTheSameHeader() => Headers.Sample(header =>
        {
            var bytes = new byte[FrameHeader.Size];
            header.Write(bytes);
            Assert.True(FrameHeader.TryRead(bytes, out var read));
            Assert.Equal(header, read);
    }, iter: 1000);

    [Fact]
    public void Write_WithPayload_IsOneMessagePackArray() => Headers.Sample(header =>
        {
            var frame = new byte[FrameHeader.Size + header.PayloadLength];
            header.Write(frame);
            var reader = new MessagePackReader(frame);
            Assert.Equal(11, reader.ReadArrayHeader());
            Assert.Equal((byte)header.Kind, reader.ReadByte());
            Assert.Equal(header.JobHash, reader.ReadUInt64());
            Assert.Equal((header.Generation, header.Step, header.Bucket, header.Hop, header.Chunk),
                (reader.ReadInt32(), reader.ReadInt64(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32()));
            Assert.Equal((byte)header.Type, reader.ReadByte());
            Assert.Equal((uint)header.Length, reader.ReadUInt32());
            Assert.Equal(header.Checksum, reader.ReadUInt64());
            Assert.Equal(header.Kind == FrameKind.Here ? 0 : header.Length, reader.ReadBytes()!.Value.Length);
            Assert.True(reader.End);
    }, iter: 1000);

    [Fact]
    public void TryRead_AnyFormatByteWrong_IsRefused()
    {
        var bytes = new byte[FrameHeader.Size];
        new FrameHeader(FrameKind.Data, 1, 1).Write(bytes);
        foreach (var at in new[] { 0, 1, 3, 12, 17, 26, 31, 36, 41, 43, 48, 57 })
        {
            var damaged = (byte[])bytes.Clone();
            damaged[at] ^= 1;
            Assert.False(FrameHeader.TryRead(damaged, out _));
        }
    }
}
