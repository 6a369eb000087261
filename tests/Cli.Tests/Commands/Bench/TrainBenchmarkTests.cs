namespace DistTrain.Cli.Tests.Commands.Bench;

public sealed class TrainBenchmarkTests
{
    private static readonly string[] Sizes =
        ["--d-model", "16", "--layers", "1", "--heads", "2", "--batch", "3", "--length", "5", "--vocab", "40", "--threads", "1", "--steps", "3"];

    [Theory]
    [InlineData("float32")]
    [InlineData("bfloat16")]
    public async Task Train_OfASmallModel_TellsConsistentFigures(string precision)
    {
        var told = (await CommandRun.Of(["bench", "train", .. Sizes, "--precision", precision, "--json"])).Json;

        var step = told.GetProperty("step_ms").GetDouble();
        Assert.Equal(["decoder", "embed", "encoder", "loss", "optimizer"],
            told.GetProperty("parts_ms").EnumerateObject().Select(part => part.Name).Order(StringComparer.Ordinal));
        Assert.InRange(told.GetProperty("parts_ms").EnumerateObject().Sum(part => part.Value.GetDouble()), step - 0.1, step + 0.1);
        Assert.InRange(told.GetProperty("fastest_step_ms").GetDouble(), 0, step);
        Assert.InRange(told.GetProperty("tokens_per_second").GetDouble() * step / 15_000, 0.8, 1.2);
        Assert.True(told.GetProperty("mfu").GetDouble() < 1 && told.GetProperty("gemm_gflops").GetDouble() > 0);
    }

    [Fact]
    public async Task Train_WithHeadsThatDoNotFit_IsRefused()
    {
        var refused = await CommandRun.Of("bench", "train", "--d-model", "16", "--heads", "3");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("--d-model is 16, which 3 heads do not divide evenly.", refused.Errors, StringComparison.Ordinal);
    }
}
