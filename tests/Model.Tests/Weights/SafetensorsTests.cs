using System.Buffers.Binary;
using System.Text;
using CsCheck;
using DistTrain.Model.Weights;

namespace DistTrain.Model.Tests.Weights;

public sealed class SafetensorsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("safetensors").FullName;

    private string FilePath => Path.Combine(_folder, "weights.safetensors");

    [Fact]
    public void Read_OfWhatWasWritten_GivesEveryTensorAndTheMetadata() =>
        Gen.Select(Gen.Select(Gen.Int[0, 4], Gen.Int[1, 5]).Array[0, 4], Gen.Long.Array[0, 5], Gen.String[Gen.Char.AlphaNumeric, 0, 10])
        .Sample((shapes, longs, text) =>
        {
            var floats = shapes.Select((shape, index) => new FloatTensor($"layer.{index}", [shape.Item1, shape.Item2],
                Enumerable.Range(0, shape.Item1 * shape.Item2).Select(value => value / 7f + index).ToArray())).ToList();
            Safetensors.Write(FilePath, [.. floats, new TokenTensor("longs", [longs.Length], longs)],
                new Dictionary<string, string> { ["text"] = text });

            using var file = Safetensors.Read(FilePath);
            Assert.Equal(text, file.Metadata["text"]);
            Assert.Equal(longs, TokenTensor.Read(FilePath, "longs").Values.ToArray());
            Assert.Equal(floats.Count + 1, file.Entries.Count);
            foreach (var tensor in floats)
            {
                Assert.Equal(tensor.Shape, file.Entries[tensor.Name].Shape);
                Assert.Equal(tensor.Values.ToArray(), file.ReadFloats(tensor.Name));
            }
        }, iter: 30, threads: 1);

    [Fact]
    public void Write_OfTwoTensors_IsTheFormatToTheByte()
    {
        Safetensors.Write(FilePath, [new FloatTensor("a", [2], new[] { 1f, 2f }), new TokenTensor("b", [1, 1], new[] { 3L })],
            new Dictionary<string, string> { ["k"] = "v" });
        var bytes = File.ReadAllBytes(FilePath);
        var header = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        Assert.Equal(0, header % 8);
        Assert.Equal(
            """{"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"I64","shape":[1,1],"data_offsets":[8,16]}}""",
            Encoding.UTF8.GetString(bytes, 8, (int)header).TrimEnd(' '));
        Assert.Equal([.. BitConverter.GetBytes(1f), .. BitConverter.GetBytes(2f), .. BitConverter.GetBytes(3L)], bytes[(8 + (int)header)..]);
    }

    [Fact]
    public void Write_OfValuesThatDoNotFillTheirShape_IsRefused() =>
        Assert.Throws<ArgumentException>(() =>
            Safetensors.Write(FilePath, [new FloatTensor("a", [3], new[] { 1f, 2f })], new Dictionary<string, string>()));

    [Fact]
    public void Read_OfAFileCutOffAnywhere_SaysSo()
    {
        WriteSome();
        var whole = File.ReadAllBytes(FilePath);
        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(FilePath, whole[..length]);
            AssertDamaged(() => Safetensors.Read(FilePath).Dispose());
        }
        // Four floats, then one long.
        AssertDamaged(() => Safetensors.Read(FilePath).Dispose(), "cut off: tensor 'ids' ends at byte 24 of the data, of which the file has 23");
        File.WriteAllBytes(FilePath, [.. whole, 0]);
        AssertDamaged(() => Safetensors.Read(FilePath).Dispose(), "longer");
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", "'a'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}""", "data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", "negative")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,8],"data_offsets":[0,8]}}""", "'a'")]
    [InlineData("""{"a":{"dtype":"F32","data_offsets":[0,8]}}""", "'a'")]
    [InlineData("""{"a":3}""", "'a'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""",
        "'b' at byte 0 of the data, but the one before it ends at byte 4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "'a' at byte 4 of the data, but the one before it ends at byte 0")]
    [InlineData("""{"a":{"dtype":"F16","shape":[1],"data_offsets":[0,9223372036854775807]}}""",
        "cut off: tensor 'a' ends at byte 9223372036854775807")]
    [InlineData("""[1,2]""", "JSON")]
    [InlineData("""{"a":""", "JSON")]
    public void Read_OfAHeaderThatIsNotSound_SaysWhere(string header, string named)
    {
        File.WriteAllBytes(FilePath, [.. BitConverter.GetBytes((long)header.Length), .. Encoding.UTF8.GetBytes(header), .. new byte[8]]);
        AssertDamaged(() => Safetensors.Read(FilePath).Dispose(), named);
    }

    [Fact]
    public void ReadFloats_OfAMissingWrongShapedOrWrongTypedTensor_NamesIt()
    {
        WriteSome();
        using var file = Safetensors.Read(FilePath);
        Assert.Contains("no tensor 'other'", Assert.Throws<InvalidDataException>(() => file.ReadFloats("other")).Message, StringComparison.Ordinal);
        Assert.Contains("'ids' is I64", Assert.Throws<InvalidDataException>(() => file.ReadFloats("ids")).Message, StringComparison.Ordinal);
        var shape = Assert.Throws<InvalidDataException>(() => file.ReadFloats("weight", [4], new float[4]));
        Assert.Contains("[2, 2], but [4] is needed", shape.Message, StringComparison.Ordinal);
        Assert.Contains(FilePath, shape.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void WriteSome() => Safetensors.Write(FilePath,
        [new FloatTensor("weight", [2, 2], new[] { 1f, 2, 3, 4 }), new TokenTensor("ids", [1], new[] { 7L })], new Dictionary<string, string>());

    private void AssertDamaged(Action read, string named = "")
    {
        var error = Assert.Throws<InvalidDataException>(read);
        Assert.Contains(FilePath, error.Message, StringComparison.Ordinal);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.EndsWith("Use another checkpoint, or copy the file again.", error.Message, StringComparison.Ordinal);
    }
}
