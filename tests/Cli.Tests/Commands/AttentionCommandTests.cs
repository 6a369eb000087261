using System.Xml.Linq;
using DistTrain.TestSupport.Processes;
using SkiaSharp;

namespace DistTrain.Cli.Tests.Commands;

public sealed class AttentionCommandTests(SomeRun run) : IClassFixture<SomeRun>, IDisposable
{
    private const string Text = "are <you> & \"me\" in\u0001 the house ?", Translation = "\u4f60\u597d";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Attention_Sentence_WritesAPageAndAPictureForEachLayerAndKind()
    {
        var drawn = await Attention("--json");

        Assert.Equal(0, drawn.ExitCode);
        var files = drawn.Json.GetProperty("files").EnumerateArray().Select(file => Path.GetRelativePath(_folder.Path, file.GetString()!)).ToList();
        Assert.Equal(["index.html", "alignment.png", "cross-layer-1.png", "encoder-layer-1.png", "decoder-layer-1.png"], files);
        Assert.Equal(files.Order(), Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order());
        Assert.All(files.Skip(1), file => Assert.True(SKBitmap.DecodeBounds(Path.Combine(_folder.Path, file)).Width > 100));
    }

    [Fact]
    public async Task Attention_NoTranslation_IsTheOneThatTranslateGives()
    {
        var translated = await CommandRun.WithInput("where are you ?\n", "translate", "--checkpoint", run.Folder, "--json");
        var drawn = await CommandRun.Of("attention", "--checkpoint", run.Folder, "--text", "where are you ?", "--out", _folder.Path, "--json");

        Assert.Equal(translated.Json.GetProperty("translation").GetString(),
            drawn.Json.GetProperty("translation").GetString()!.ReplaceLineEndings(" "));
    }

    [Fact]
    public async Task Attention_Page_IsWellFormedAndHasEveryMap()
    {
        await Attention("--translation", Translation);

        var page = Page();
        var sections = page.Descendants("section")
            .ToDictionary(section => section.Attribute("id")!.Value, section => section.Descendants("canvas").Count());
        Assert.Equal(new Dictionary<string, int>
        {
            ["alignment"] = 1,
            ["cross"] = run.Options.Heads,
            ["encoder"] = run.Options.Heads,
            ["decoder"] = run.Options.Heads,
        }, sections);
        Assert.Equal([Text.Replace('\u0001', '\ufffd'), Translation], page.Descendants("dd").Take(2).Select(term => term.Value));
        Assert.All(page.Descendants().Attributes().Where(attribute => attribute.Name == "src" || attribute.Name == "href"),
            link => Assert.StartsWith("#", link.Value, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Attention_Page_HasTheWeightsOfEveryQuery()
    {
        await Attention("--translation", Translation);

        foreach (var section in Page().Descendants("section"))
        {
            var labels = System.Text.Json.JsonDocument.Parse(section.Attribute("data-labels")!.Value).RootElement;
            var (rows, columns) = (labels.GetProperty("rows").GetArrayLength(), labels.GetProperty("columns").GetArrayLength());
            foreach (var canvas in section.Descendants("canvas"))
            {
                var bytes = Convert.FromBase64String(canvas.Attribute("data-weights")!.Value);
                var weights = Enumerable.Range(0, bytes.Length / 2).Select(i => BitConverter.ToUInt16(bytes, 2 * i) / 65535.0).ToList();
                Assert.Equal(rows * columns, weights.Count);
                Assert.All(weights.Chunk(columns), row => Assert.Equal(1, row.Sum(), 3));
            }
        }
    }

    [Fact]
    public async Task Attention_TooLong_SaysSoAndDrawsTheBeginning()
    {
        var drawn = await Attention("--translation", string.Join(' ', Enumerable.Repeat("where are you", 50)));

        Assert.Equal(0, drawn.ExitCode);
        Assert.Contains("--translation is longer than the model can read; its end is left out.", drawn.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attention_BlankText_IsRefused()
    {
        var refused = await CommandRun.Of("attention", "--checkpoint", run.Folder, "--text", " ", "--out", _folder.Path);

        Assert.Equal((2, ""), (refused.ExitCode, refused.Output));
        Assert.Contains("--text is blank", refused.Errors, StringComparison.Ordinal);
    }

    private Task<CommandRun> Attention(params string[] more) =>
        CommandRun.Of(["attention", "--checkpoint", run.Folder, "--text", Text, "--out", _folder.Path, .. more]);

    private XElement Page() => XDocument.Load(Path.Combine(_folder.Path, "index.html")).Root!;
}
