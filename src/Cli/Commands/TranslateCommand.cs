using System.CommandLine;
using System.Globalization;
using DistTrain.Cli.Checkpoints;
using DistTrain.Cli.Text;
using DistTrain.Model.Decoding;

namespace DistTrain.Cli.Commands;

/// <summary>
/// <c>disttrain translate</c>: standard input to standard output, line by line; or, with <c>--n-best</c>, several lines for each, and with
/// <c>--force</c> the scores of translations that are given.
/// </summary>
internal static class TranslateCommand
{
    private const int LinesAtOnce = 256;

    public static Command Create(TextReader input)
    {
        var (checkpoint, search, sampling, json) = (SharedOptions.Checkpoint(), new SearchOptions(), new SamplingChoice(), SharedOptions.Json());
        var nBest = new Option<int?>("--n-best") { Description = "Write this many translations of each line, best first, as 'LINE ||| TEXT ||| SCORE'." };
        var force = SharedOptions.File("--force", "Translations to score instead of translating, line by line; plain or .gz. Writes 'LINE ||| TEXT ||| SCORE'.");
        var command = new Command("translate", "Translate the lines of standard input.") { checkpoint };
        search.AddTo(command);
        foreach (var option in (Option[])[nBest, force]) command.Add(option);
        sampling.AddTo(command);
        command.Add(json);
        command.Validators.Add(result =>
        {
            if (result.GetResult(force) is null) return;
            foreach (var option in search.Chosen(result).Concat(sampling.Chosen(result)).Concat(result.GetResult(nBest) is null ? [] : [nBest]))
                result.AddError($"{option.Name} is about a search, and --force searches for nothing. Leave it out.");
        });
        command.SetAction(async (parsed, stop) =>
        {
            var options = sampling.ApplyTo(search.Read(parsed), parsed, search.HasBeam(parsed)) with { NBest = parsed.GetValue(nBest) ?? 1 };
            var (output, errors, asJson) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, parsed.GetValue(json));
            var forced = parsed.GetValue(force) is { } file ? ForcedTranslations.Read(file) : null;
            using var model = TrainedModel.Open(parsed.GetValue(checkpoint)!, errors.WriteLine);
            var done = 0;
            await foreach (var block in LineBlocks.Read(input, LinesAtOnce, stop))
            {
                foreach (var line in forced?.Lines(model, block, done, options, asJson) ?? Translated(block))
                    await output.WriteLineAsync(line);
                await output.FlushAsync(stop);
                done += block.Count;
            }
            forced?.End(done);
            return 0;

            IEnumerable<string> Translated(IReadOnlyList<string> block)
            {
                var translations = model.Translate(block, OfBlock(options, done), text => errors.WriteLine(text.Sentence($"Line {done + text.Index + 1}", "its end is not translated.")), stop);
                foreach (var (index, best) in translations.Index())
                    foreach (var line in parsed.GetValue(nBest) is null ? [One(block[index], best[0], asJson)] : Several(done + index + 1, block[index], best, asJson))
                        yield return line;
            }
        });
        return command;
    }

    /// <summary>What is drawn for a line does not depend on the block that it comes in.</summary>
    private static DecodingOptions OfBlock(DecodingOptions options, long done) =>
        options.Sampling is { } sampling ? options with { Sampling = sampling with { FirstSentence = done } } : options;

    private static string One(string source, TranslatedText best, bool json) =>
        json ? JsonLine.Of(new { source, best.Translation, best.LogProbability, best.Score }) : best.Translation;

    private static IEnumerable<string> Several(int line, string source, IReadOnlyList<TranslatedText> best, bool json) =>
        json ? [JsonLine.Of(new { line, source, translations = best })] : best.Select(text => Scored(line, text.Translation, text.Score));

    /// <summary>The form of n-best lists.</summary>
    internal static string Scored(int line, string translation, double score) => string.Create(CultureInfo.InvariantCulture, $"{line} ||| {translation} ||| {score:F6}");
}
