using System.Text.Json;
using DistTrain.Cli.Watching;
using DistTrain.Shared.Protocol;

namespace DistTrain.Cli.Tests.Watching;

public sealed class JsonViewTests
{
    [Fact]
    public void Show_OfASkippedStep_WritesNullForWhatIsNotANumber()
    {
        using var output = new StringWriter();
        var step = new StepRecord(3, double.NaN, 10, 10, 500, double.PositiveInfinity, 1e-3, Skipped: true,
            new Dictionary<string, double> { ["nll"] = double.NaN });
        new JsonView(output, TextWriter.Null).Show(new JobsProtocol.FeedItem(1, "pretrain", 1, 2, 100, step, null, null));
        var line = JsonDocument.Parse(output.ToString()).RootElement;
        Assert.All([line.GetProperty("loss"), line.GetProperty("gradient_norm"), line.GetProperty("metrics").GetProperty("nll")],
            value => Assert.Equal(JsonValueKind.Null, value.ValueKind));
        Assert.Equal((500, true), (line.GetProperty("tokens_per_second").GetDouble(), line.GetProperty("skipped").GetBoolean()));
    }
}
