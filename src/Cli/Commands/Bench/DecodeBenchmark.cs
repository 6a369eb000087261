using System.CommandLine;
using System.Globalization;
using DistTrain.Cli.Checkpoints;
using DistTrain.Cli.Terminal;
using DistTrain.Model.Decoding;
using DistTrain.Shared.Datasets.Reading.Files;

namespace DistTrain.Cli.Commands.Bench;

/// <summary>
/// <c>disttrain bench decode</c>: sentences a second of a search with cached keys and values, and of the same search that recomputes them.
/// </summary>
internal static class DecodeBenchmark
{
    /// <summary>Translated before anything is measured, so that code is compiled and memory is there.</summary>
    private const int WarmUpSentences = 64;

    public static Command Create()
    {
        var (checkpoint, json) = (SharedOptions.Checkpoint(), SharedOptions.Json());
        var source = SharedOptions.File("--source", "Sentences to translate, one on each line; plain or .gz.");
        source.Required = true;
        var beams = new Option<int[]>("--beam")
        {
            Description = "Widths of the beam, each measured by itself.", DefaultValueFactory = _ => [1, 5], AllowMultipleArgumentsPerToken = true,
        };
        var precision = SearchOptions.PrecisionOption();
        var command = new Command("decode", "Measure translation with and without cached keys and values.")
        {
            checkpoint, source, beams, precision, json,
        };
        command.SetAction(parsed =>
        {
            var lines = TextFile.Lines(parsed.GetValue(source)!.FullName).Where(line => !string.IsNullOrWhiteSpace(line)).ToList();
            if (lines.Count == 0)
                throw new UsageException($"'{parsed.GetValue(source)}' is empty, so there is nothing to translate. Give a file with a sentence on " +
                    "each line.");
            using var model = TrainedModel.Open(parsed.GetValue(checkpoint)!, parsed.InvocationConfiguration.Error.WriteLine);
            foreach (var beam in parsed.GetValue(beams)!)
                parsed.InvocationConfiguration.Output.WriteLine(
                    Line(model, lines, new DecodingOptions { Beam = beam, Precision = SearchOptions.PrecisionOf(parsed.GetValue(precision)!) },
                        parsed.GetValue(json)));
            return 0;
        });
        return command;
    }

    private static string Line(TrainedModel model, List<string> lines, DecodingOptions options, bool json)
    {
        var (cached, recomputed) = (Rate(cached: true), Rate(cached: false));
        return json
            ? JsonLine.Of(
                new { options.Beam, sentences = lines.Count, cachedPerSecond = cached, recomputedPerSecond = recomputed,
                    ratio = cached / recomputed })
            : string.Create(CultureInfo.InvariantCulture, $"beam {options.Beam}: {cached:F1} sentences/s with cached keys and values, " +
                $"{recomputed:F1} without: {cached / recomputed:F1} times as fast ({lines.Count} sentences)");

        double Rate(bool cached)
        {
            model.TranslationRate(lines.GetRange(0, Math.Min(lines.Count, WarmUpSentences)), options, cached);
            return model.TranslationRate(lines, options, cached);
        }
    }
}
