using System.Text.Json;
using DistTrain.TestSupport.Processes;

namespace DistTrain.Cli.Tests.Commands.Bench;

public sealed class DecodeBenchmarkTests(SomeRun run) : IClassFixture<SomeRun>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Decode_WithSeveralBeams_MeasuresEachBothWays()
    {
        var measured = await CommandRun.Of("bench", "decode", "--checkpoint", run.Folder, "--source",
            _folder.Write("source.txt", "where are you ?\n\nyou help\n"), "--beam", "1", "3", "--json");

        var lines = measured.Lines.Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal([1, 3], lines.Select(line => line.GetProperty("beam").GetInt32()));
        foreach (var line in lines)
        {
            Assert.Equal(2, line.GetProperty("sentences").GetInt32());
            Assert.Equal(line.GetProperty("cached_per_second").GetDouble() / line.GetProperty("recomputed_per_second").GetDouble(),
                line.GetProperty("ratio").GetDouble(), 9);
        }
    }

    [Fact]
    public async Task Decode_OfNothing_IsRefused()
    {
        var file = _folder.Write("empty.txt", "\n");
        var refused = await CommandRun.Of("bench", "decode", "--checkpoint", run.Folder, "--source", file);
        Assert.Equal((2, $"'{file}' is empty, so there is nothing to translate. Give a file with a sentence on each line."),
            (refused.ExitCode, refused.Errors.Trim()));
    }
}
