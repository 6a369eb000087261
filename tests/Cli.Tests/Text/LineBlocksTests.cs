using CsCheck;
using DistTrain.Cli.Text;
using DistTrain.Shared.Datasets.Reading.Files;
using DistTrain.TestSupport.Processes;

namespace DistTrain.Cli.Tests.Text;

public sealed class LineBlocksTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Lines_AnyText_AreThoseOfAFileWithIt() =>
        Gen.Select(Gen.String[Gen.Char["ab\n\r\u0085\u2028\uFEFF您"], 0, 60], Gen.Int[0, 3]).Sample((text, repeats) =>
        {
            // Beyond the reader's buffer, whose end may lie in the middle of a line end.
            for (var i = 0; i < 4 * repeats; i++) text += text;
            text = text[..Math.Min(text.Length, 10_000)];
            Assert.Equal(TextFile.Lines(_folder.Write("text.txt", text)), LineBlocks.Lines(new StringReader(text)));
    }, iter: 200, threads: 1);

    [Fact]
    public async Task Read_ALoneCarriageReturn_EndsNoLine()
    {
        List<string> lines = [];
        await foreach (var block in LineBlocks.Read(new StringReader("one\rtwo\r\nthree"), 2, TestContext.Current.CancellationToken))
            lines.AddRange(block);
        Assert.Equal(["one\rtwo", "three"], lines);
    }
}
