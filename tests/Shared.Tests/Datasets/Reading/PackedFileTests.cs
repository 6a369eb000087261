using System.Diagnostics;
using System.IO.Pipes;
using CsCheck;
using DistTrain.Shared.Datasets;
using DistTrain.Shared.Datasets.Preparation;
using DistTrain.Shared.Datasets.Reading;
using DistTrain.Shared.Datasets.Reading.Files;
using DistTrain.Shared.Jobs;

namespace DistTrain.Shared.Tests.Datasets.Reading;

public sealed class PackedFileTests : IDisposable
{
    private readonly DataFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public void Lines_PackedInAnyWay_AreThoseOfThePlainFile()
    {
        var lines = Gen.String[Gen.Char["ab \t\r\u0085\u2028\u2029\v\f您\0"], 0, 12].Select(text => text.TrimEnd('\r')).Array[1, 60];
        Gen.Select(lines, Gen.OneOf("\n", "\r\n"), Gen.Bool, Gen.Int[0, 3]).Sample((texts, end, isEnded, zeros) =>
        {
            texts[^1] += "x";
            var text = string.Join(end, texts) + (isEnded ? end : "");
            foreach (var name in new[] { "x", "x.gz", "x.zst" })
            {
                var file = _data.Write(name, text);
                if (name == "x.gz") Append(file, new byte[zeros * 37_000]);
                Assert.Equal(texts, TextFile.Lines(file));
            }
        }, iter: 60, threads: 1);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(255, 3)]
    [InlineData(256, 512)]
    [InlineData(65_536, 4)]
    [InlineData(70_000, 200_000)]
    public void Lines_GzipWithZerosBehind_EndWithItsLastMember(int length, int zeros)
    {
        var file = _data.Write("x.gz", new string('a', length));
        Append(file, File.ReadAllBytes(file));
        Append(file, new byte[zeros]);
        Assert.Equal([new string('a', 2 * length)], TextFile.Lines(file));
    }

    [Fact]
    public void Lines_GzipCutOffAnywhereWithZerosBehind_AreRefused()
    {
        var file = _data.Write("x.gz", string.Concat(Enumerable.Range(0, 40).Select(n => $"{n * 7919 % 997}\n")));
        var whole = File.ReadAllBytes(file);
        for (var length = 1; length < whole.Length; length++)
        {
            // Zeros that the file itself ends with may be cut off: those behind stand for them.
            if (whole.AsSpan(length).TrimStart((byte)0).Length == 0) continue;
            File.WriteAllBytes(file, [.. whole[..length], .. new byte[9]]);
            Assert.Contains("damaged or cut off", Assert.Throws<DataFormatException>(() => TextFile.Lines(file).ToList()).Message,
                StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("x")]
    [InlineData("\0x")]
    [InlineData("x\0\0\0")]
    public void Lines_GzipWithOtherBytesBehind_AreRefused(string behind)
    {
        var file = _data.Write("x.gz", "one\n");
        Append(file, System.Text.Encoding.ASCII.GetBytes(behind));
        Assert.Throws<DataFormatException>(() => TextFile.Lines(file).ToList());
    }

    [Fact]
    public void Lines_ZstdCutOffAnywhere_AreRefused()
    {
        var file = _data.Write("x.zst", string.Concat(Enumerable.Range(0, 40).Select(n => $"{n * 7919 % 997}\n")));
        var whole = File.ReadAllBytes(file);
        for (var length = 1; length < whole.Length; length++)
        {
            File.WriteAllBytes(file, whole[..length]);
            Assert.Contains("The zstd data are damaged or cut off", Assert.Throws<DataFormatException>(() => TextFile.Lines(file).ToList()).Message,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Lines_ZstdOfSeveralFrames_AreRead()
    {
        var file = _data.Write("x.zst", "one\ntw");
        Append(file, File.ReadAllBytes(_data.Write("y.zst", "o\n")));
        Assert.Equal(["one", "two"], TextFile.Lines(file));
    }

    // A frame by hand: its head tells of a window of 2^(10 + exponent) bytes, and one raw block follows.
    [Theory]
    [InlineData(17)]
    [InlineData(18)]
    [InlineData(21)]
    public void Lines_ZstdWithAWideWindow_AreRead(int exponent)
    {
        var file = Path.Combine(_data.Root, "x.zst");
        File.WriteAllBytes(file, [0x28, 0xB5, 0x2F, 0xFD, 0, (byte)(exponent << 3), (4 << 3) | 1, 0, 0, .. "one\n"u8]);
        Assert.Equal(["one"], TextFile.Lines(file));
    }

    [Theory]
    [InlineData(".xz", "xz")]
    [InlineData(".bz2", "bzip2")]
    [InlineData(".ZIP", "zip")]
    public void Read_PackedInAWayThatIsNotRead_IsToldSo(string ending, string packer)
    {
        var says = $"This is packed with {packer}, which is not read. Unpack it, or pack it with gzip (.gz) or zstd (.zst) instead.";
        var file = _data.Write($"x.tsv{ending}", "a\tb\n");
        _data.Write("y.en", "a\n");
        _data.Write($"y.de{ending.ToLowerInvariant()}", "b\n");

        Assert.Equal($"{file}: {says}", Assert.Throws<DataFormatException>(() => TextFile.Lines(file).ToList()).Message);
        Assert.Equal($"{file}: {says}", Assert.Throws<DataFormatException>(() => _data.Translations($"x.tsv{ending}")).Message);
        Assert.Equal($"{Path.Combine(_data.Root, $"y.de{ending.ToLowerInvariant()}")}: {says}",
            Assert.Throws<DataFormatException>(() => _data.Translations("y")).Message);
    }

    [Fact]
    public void Lines_OfAPipe_AreRead()
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        pipe.Write("one\rmore\ntwo"u8);
        using var lines = TextFile.Lines($"/proc/self/fd/{pipe.ClientSafePipeHandle.DangerousGetHandle()}").GetEnumerator();
        Assert.True(lines.MoveNext());
        Assert.Equal("one\rmore", lines.Current);
        pipe.Dispose();
        Assert.True(lines.MoveNext());
        Assert.Equal("two", lines.Current);
        Assert.False(lines.MoveNext());
    }

    [Fact]
    public async Task Read_ANamedPipe_IsReadWhereOnceIsEnoughAndElseRefused()
    {
        const string lines = "a\tb\nc\td\n";
        var spec = new DataSpec { Train = "x", Source = "en", Target = "de" };
        Assert.Equal([("a", "b"), ("c", "d")],
            await OfPipe("x.tsv", lines,
                file => TranslationReader.Read(file, _data.Root, spec, new BadRecords(0)).Select(example => (example.Source, example.Target))
                    .ToList()));
        Assert.Equal([("a", "b")],
            await OfPipe("x.jsonl", "{\"en\": \"a\", \"de\": \"b\"}\n",
                file => TranslationReader.Read(file, _data.Root, spec, new BadRecords(0)).Select(example => (example.Source, example.Target))
                    .ToList()));
        foreach (var (name, why)
            in new[] { ("x.json", "a .json file is looked at before it is read, since it may hold a list or lines"),
                ("x.parquet", "Parquet is read from its end") })
            Assert.Contains(Refusal(why),
                await OfPipe(name, null,
                    file => Assert.Throws<DataFormatException>(() => TranslationReader.Read(file, _data.Root, spec, new BadRecords(0))
                        .ToList()).Message), StringComparison.Ordinal);
        Assert.Contains(Refusal("a job reads its data several times"),
            await OfPipe("y.tsv", null, file => Assert.Throws<DataFormatException>(() => new PreparationKey("store").AddFile(file)).Message),
            StringComparison.Ordinal);
    }

    private static string Refusal(string why) => $"This is a pipe, which can be read only once, but {why}. Write it into a file first.";

    /// <summary>What a reader makes of a named pipe.</summary>
    /// <param name="text">Written into it, once; null: nobody ever opens it to write.</param>
    private async Task<T> OfPipe<T>(string name, string? text, Func<string, T> read)
    {
        var pipe = Path.Combine(_data.Root, name);
        using (var made = Process.Start("mkfifo", [pipe])) await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        var written = text is null ? Task.CompletedTask : Task.Run(() => File.WriteAllText(pipe, text));
        var found = await Task.Run(() => read(pipe)).WaitAsync(TimeSpan.FromSeconds(60));
        await written;
        return found;
    }

    private static void Append(string file, byte[] bytes)
    {
        using var stream = new FileStream(file, FileMode.Append);
        stream.Write(bytes);
    }
}
