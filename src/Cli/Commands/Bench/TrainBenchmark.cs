using System.CommandLine;
using DistTrain.Model;
using DistTrain.Model.Training;
using TorchSharp;

namespace DistTrain.Cli.Commands.Bench;

/// <summary><c>disttrain bench train</c>: training steps of a model of any size on random tokens, without data, ring or checkpoints.</summary>
internal static class TrainBenchmark
{
    public static Command Create()
    {
        var dModel = Number("--d-model", "Width of the model.", 512);
        var layers = Number("--layers", "Layers of the encoder, and of the decoder.", 6);
        var heads = Number("--heads", "Attention heads; they must divide the width.", 8);
        var batch = Number("--batch", "Sentence pairs of a step.", 64);
        var length = Number("--length", "Tokens of each sentence, with the end of the sentence.", 25);
        var vocabulary = Number("--vocab", "Tokens of the shared vocabulary.", 8000);
        var dropout = new Option<double>("--dropout") { Description = "Dropout of the residuals and embeddings; 0 is off.", DefaultValueFactory = _ => 0 };
        var precision = new Option<string>("--precision") { Description = "What products are computed in.", DefaultValueFactory = _ => "auto" };
        precision.AcceptOnlyFromAmong("auto", "float32", "bfloat16");
        var threads = Number("--threads", "Processor threads.", Environment.ProcessorCount);
        var steps = Number("--steps", "Steps that are timed, after two that are not.", 5);
        var command = new Command("train", "Time training steps on random tokens, and print one line of JSON.")
        {
            dModel, layers, heads, batch, length, vocabulary, dropout, precision, threads, steps,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(dModel) % result.GetValue(heads) != 0) result.AddError($"--d-model is {result.GetValue(dModel)}, which {result.GetValue(heads)} heads do not divide evenly.");
            if (result.GetValue(dropout) is not (>= 0 and < 1)) result.AddError("--dropout must be at least 0 and less than 1.");
        });
        command.SetAction(parsed =>
        {
            TorchLibrary.Load();
            torch.set_num_threads(parsed.GetValue(threads));
            var options = new TransformerOptions
            {
                VocabularySize = parsed.GetValue(vocabulary), DModel = parsed.GetValue(dModel), Heads = parsed.GetValue(heads), EncoderLayers = parsed.GetValue(layers),
                DecoderLayers = parsed.GetValue(layers), DFeedForward = 4 * parsed.GetValue(dModel), Dropout = parsed.GetValue(dropout),
            };
            using var benchmark = new TrainingBenchmark(options, parsed.GetValue(batch), parsed.GetValue(length), Precisions.Of(parsed.GetValue(precision)!));
            parsed.InvocationConfiguration.Output.WriteLine(JsonLine.Of(Measure(benchmark, parsed.GetValue(steps), parsed.GetValue(batch) * parsed.GetValue(length))));
            return 0;
        });
        return command;
    }

    /// <summary>The median of the steps, so that another program's moment on the processor does not count.</summary>
    private static object Measure(TrainingBenchmark benchmark, int steps, int tokens)
    {
        for (var warmUp = 0; warmUp < 2; warmUp++) benchmark.Step();
        var times = Enumerable.Range(0, steps).Select(_ => benchmark.Step()).OrderBy(step => step.Values.Sum(part => part.TotalSeconds)).ToList();
        var median = times[times.Count / 2];
        var seconds = median.Values.Sum(part => part.TotalSeconds);
        var gemm = benchmark.MeasureGemm();
        return new
        {
            tokens_per_second = Math.Round(tokens / seconds, 1), step_ms = Milliseconds(seconds), fastest_step_ms = Milliseconds(times[0].Values.Sum(part => part.TotalSeconds)),
            mfu = Math.Round(benchmark.NecessaryOperations / seconds / gemm, 3), gemm_gflops = Math.Round(gemm / 1e9, 1),
            parts_ms = median.ToDictionary(part => part.Key, part => Milliseconds(part.Value.TotalSeconds)),
        };
    }

    private static double Milliseconds(double seconds) => Math.Round(seconds * 1e3, 2);

    private static Option<int> Number(string name, string description, int value)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1) result.AddError($"{name} must be at least 1.");
        });
        return option;
    }
}
