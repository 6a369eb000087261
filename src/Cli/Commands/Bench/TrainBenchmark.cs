using System.CommandLine;
using System.Globalization;
using DistTrain.Cli.Terminal;
using DistTrain.Model;
using TorchSharp;

namespace DistTrain.Cli.Commands.Bench;

/// <summary><c>disttrain bench train</c>: training steps of a model of any size on random tokens, without data, ring or checkpoints.</summary>
internal static class TrainBenchmark
{
    public static Command Create()
    {
        var dModel = SharedOptions.Number("--d-model", "Width of the model.", 512);
        var layers = SharedOptions.Number("--layers", "Layers of the encoder, and of the decoder.", 6);
        var heads = SharedOptions.Number("--heads", "Attention heads; they must divide the width.", 8);
        var batch = SharedOptions.Number("--batch", "Sentence pairs of a step.", 64);
        var length = SharedOptions.Number("--length", "Tokens of each sentence, with the end of the sentence.", 25);
        var vocabulary = SharedOptions.Number("--vocab", "Tokens of the shared vocabulary.", 8000);
        var dropout = new Option<double>("--dropout")
        {
            Description = "Dropout of the residuals and embeddings; 0 is off.",
            DefaultValueFactory = _ => 0,
        };
        var precision = new Option<string>("--precision") { Description = "What products are computed in.", DefaultValueFactory = _ => "auto" };
        precision.AcceptOnlyFromAmong("auto", "float32", "bfloat16");
        var device = DeviceOption.Create();
        var threads = SharedOptions.Number("--threads", "Processor threads.", Environment.ProcessorCount);
        var steps = SharedOptions.Number("--steps", "Steps that are timed, after two that are not.", 5);
        var json = SharedOptions.Json();
        var command = new Command("train", "Time training steps on random tokens.")
        {
            dModel, layers, heads, batch, length, vocabulary, dropout, precision, device, threads, steps, json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(dropout) is not (>= 0 and < 1)) result.AddError("--dropout must be at least 0 and less than 1.");
        });
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(dModel) % parsed.GetValue(heads) != 0)
                throw new UsageException($"--d-model is {parsed.GetValue(dModel)}, which {parsed.GetValue(heads)} heads do not divide evenly.");
            var chosen = DeviceOption.OfWorkers(parsed.GetValue(device) ?? DeviceOption.Default, 1)[0];
            TorchLibrary.Load();
            torch.set_num_threads(parsed.GetValue(threads));
            var options = new TransformerOptions
            {
                VocabularySize = parsed.GetValue(vocabulary), DModel = parsed.GetValue(dModel), Heads = parsed.GetValue(heads),
                EncoderLayers = parsed.GetValue(layers),
                DecoderLayers = parsed.GetValue(layers), DFeedForward = 4 * parsed.GetValue(dModel), Dropout = parsed.GetValue(dropout),
            };
            using var benchmark = new TimedSteps(options, parsed.GetValue(batch), parsed.GetValue(length),
                Precisions.Of(parsed.GetValue(precision)!, chosen), torch.device(chosen));
            var figures = Measure(benchmark, parsed.GetValue(steps), parsed.GetValue(batch) * parsed.GetValue(length));
            parsed.InvocationConfiguration.Output.WriteLine(parsed.GetValue(json) ? JsonLine.Of(figures) : Text(figures));
            return 0;
        });
        return command;
    }

    /// <summary>The median of the steps, so that another program's moment on the processor does not count.</summary>
    private static Figures Measure(TimedSteps benchmark, int steps, int tokens)
    {
        for (var warmUp = 0; warmUp < 2; warmUp++) benchmark.Step();
        var times = Enumerable.Range(0, steps).Select(_ => benchmark.Step()).OrderBy(Seconds).ToList();
        var median = times[times.Count / 2];
        var gemm = benchmark.MeasureGemm();
        return new Figures(
            Math.Round(tokens / Seconds(median), 1), Milliseconds(Seconds(median)), Milliseconds(Seconds(times[0])),
            median.ToDictionary(part => part.Key, part => Milliseconds(part.Value.TotalSeconds)),
            Math.Round(benchmark.NecessaryOperations / Seconds(median) / gemm, 3), Math.Round(gemm / 1e9, 1));
    }

    private static string Text(Figures figures) => string.Create(CultureInfo.InvariantCulture,
        $"{figures.TokensPerSecond:0} target tokens/s: {figures.StepMs:0.0} ms a step (fastest {figures.FastestStepMs:0.0} ms), " +
        $"{figures.Mfu:0.0%} of {figures.GemmGflops:0} GFLOP/s\n{string.Join(", ", figures.PartsMs.Select(Part))}");

    private static string Part(KeyValuePair<string, double> part) => string.Create(CultureInfo.InvariantCulture, $"{part.Key} {part.Value:0.0} ms");

    private static double Seconds(IReadOnlyDictionary<string, TimeSpan> step) => step.Values.Sum(part => part.TotalSeconds);

    private static double Milliseconds(double seconds) => Math.Round(seconds * 1e3, 2);

    /// <param name="Mfu">Share of <paramref name="GemmGflops"/> that the step's necessary products reach.</param>
    private sealed record Figures(
        double TokensPerSecond, double StepMs, double FastestStepMs, IReadOnlyDictionary<string, double> PartsMs, double Mfu, double GemmGflops);
}
