using DistTrain.Cli.Terminal;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Protocol;

namespace DistTrain.Cli.Tests.Terminal;

public sealed class JsonLineTests
{
    [Fact]
    public void Of_WhatIsNotFinite_IsNull()
    {
        var line = JsonLine.Of(new
        {
            Double = double.NaN, Float = float.PositiveInfinity, Nullable = (double?)double.NegativeInfinity, None = (double?)null, Finite = 1.5,
            Metrics = new Dictionary<string, double> { ["loss"] = double.NaN, ["bleu"] = 30 },
        });

        Assert.Equal("""{"double":null,"float":null,"nullable":null,"none":null,"finite":1.5,"metrics":{"loss":null,"bleu":30}}""", line);
    }

    [Fact]
    public void Of_StatusOfAJobWhoseLossIsNotANumber_IsJson()
    {
        var status = new JobsProtocol.JobStatus(
            new("job-1"), "job", JobStage.Failed, "", "pretrain", 3, 10, 1, 0, null, "/runs/job-1", 2,
            [new("pretrain", 3, double.NaN, new Dictionary<string, double> { ["perplexity"] = double.PositiveInfinity })]);

        Assert.Contains("\"phases\":[{\"name\":\"pretrain\",\"steps\":3,\"loss\":null,\"metrics\":{\"perplexity\":null},\"beside_start\":null}]",
            JsonLine.Of(status), StringComparison.Ordinal);
    }
}
