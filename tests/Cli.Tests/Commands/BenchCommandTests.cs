namespace DistTrain.Cli.Tests.Commands;

public sealed class BenchCommandTests
{
    [Fact]
    public async Task Tokenizer_OfAText_TellsLinesTokensAndTimes()
    {
        using var folder = new TestSupport.Processes.TemporaryFolder();
        var file = Path.Combine(folder.Path, "text");
        await File.WriteAllLinesAsync(file, Enumerable.Range(0, 100).Select(number => $"line number {number}"));

        var told = (await CommandRun.Of("bench", "tokenizer", "--text", file, "--vocab-size", "270", "--json")).Json;

        Assert.Equal((100, 100), (told.GetProperty("lines").GetInt32(), told.GetProperty("exact_lines").GetInt32()));
        Assert.InRange(told.GetProperty("tokens").GetInt64(), 300, 2000);
        Assert.True(told.GetProperty("training_seconds").GetDouble() > 0 && told.GetProperty("encoding_seconds").GetDouble() > 0);
    }
}
