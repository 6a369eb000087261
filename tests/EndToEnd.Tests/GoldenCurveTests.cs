using System.Text.Json;
using DistTrain.Shared.Jobs;
using DistTrain.TestSupport;
using DistTrain.TestSupport.Processes;

namespace DistTrain.EndToEnd.Tests;

/// <summary>
/// What the sample job's losses were, step by step: a change that is not about numbers leaves them as they are. On the machine that wrote the file they
/// are equal to the last bit; elsewhere products add up in another order.
/// </summary>
public sealed class GoldenCurveTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_SampleJobInFloat32OnOneThread_HasTheGoldenLosses()
    {
        var golden = JsonSerializer.Deserialize<Dictionary<string, double[]>>(await File.ReadAllTextAsync(Golden.Own("curve.json")))!;
        var spec = JobSpecReader.Read(ShippedJobs.Text("sample.yaml"), "sample.yaml").Spec!;
        var job = _folder.Write("curve.json", JobSpecWriter.ToJson(spec with
        {
            Resources = spec.Resources with { Precision = "float32" },
            Phases = [.. spec.Phases.Select(phase => phase with { Steps = golden[phase.Name].Length, Validate = new ValidateSpec() })],
        }));
        await using var run = DistTrainProcess.Start("run", job, "--workers", "1", "--threads", "1", "--runs", _folder.Path, "--json");
        // Each has a test's patience to itself: on one thread both together may need more.
        await run.UntilLine("Phase align begins");
        Assert.True(await run.Ended() == 0, run.Describe());

        var losses = RunTests.Steps(run).ToLookup(step => step.Phase, step => step.Loss);
        Assert.Equal(golden.Keys, losses.Select(phase => phase.Key));
        foreach (var (phase, expected) in golden)
        {
            var actual = losses[phase].ToArray();
            Assert.Equal(expected.Length, actual.Length);
            for (var step = 0; step < expected.Length; step++)
                Assert.True(
                    Math.Abs(actual[step] - expected[step]) <= expected[step] * 1e-5,
                    $"The loss of step {step + 1} of {phase} is {actual[step]:R}, not {expected[step]:R}. All of them: {JsonSerializer.Serialize(losses.ToDictionary(each => each.Key, each => each.ToArray()))}");
        }
    }
}
