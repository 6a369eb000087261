using System.Text.Json;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Phases.Dpo;
using DistTrain.Shared.Jobs.Reading;
using DistTrain.TestSupport;
using DistTrain.TestSupport.Processes;

namespace DistTrain.EndToEnd.Tests;

/// <summary>
/// What the sample job's losses were, step by step: a change that is not about numbers leaves them as they are. On the processor that the file names
/// they are the same to the last bit. Elsewhere products add up in another order, and training makes much of little: without wide vectors, on the
/// same machine, losses differ by 4e-6 after 20 steps, by up to 1e-3 after 100, and in DPO, which starts from there, by up to 2e-2.
/// </summary>
public sealed class GoldenCurveTests : IDisposable
{
    /// <summary>Steps from the start in which no processor makes more than <see cref="Rounding"/> of its roundings.</summary>
    private const int FirstSteps = 15;

    private const double Rounding = 1e-5, Elsewhere = 0.02, ElsewhereInDpo = 0.2;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_SampleJobInFloat32OnOneThread_HasTheGoldenLosses()
    {
        using var file = JsonDocument.Parse(await File.ReadAllTextAsync(Golden.Own("curve.json")));
        var isAtHome = file.RootElement.GetProperty("processor").GetString() == Processor();
        var spec = JobSpecReader.Read(ShippedJobs.Text("sample.yaml"), "sample.yaml").Spec!;
        var golden = spec.Phases.ToDictionary(phase => phase.Name, phase => file.RootElement.GetProperty(phase.Name).Deserialize<double[]>()!);
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
        foreach (var phase in spec.Phases)
        {
            var (expected, actual) = (golden[phase.Name], losses[phase.Name].ToArray());
            Assert.Equal(expected.Length, actual.Length);
            var elsewhere = phase is DpoPhaseSpec ? ElsewhereInDpo : Elsewhere;
            for (var step = 0; step < expected.Length; step++)
            {
                var tolerance = isAtHome || (step < FirstSteps && phase == spec.Phases[0]) ? Rounding : elsewhere;
                Assert.True(
                    Math.Abs(actual[step] - expected[step]) <= expected[step] * tolerance,
                    $"The loss of step {step + 1} of {phase.Name} is {actual[step]:R}, not {expected[step]:R}, on {Processor()}. All of them: " +
                    $"{JsonSerializer.Serialize(losses.ToDictionary(each => each.Key, each => each.ToArray()))}");
            }
        }
    }

    /// <summary>What Linux says of its kind: vendor, family and model.</summary>
    private static string Processor()
    {
        var told = File.ReadLines("/proc/cpuinfo").Select(line => line.Split(':', 2)).Where(line => line.Length == 2)
            .ToLookup(line => line[0].Trim(), line => line[1].Trim());
        return string.Join(' ', new[] { "vendor_id", "cpu family", "model" }.SelectMany(name => told[name].Take(1)));
    }
}
