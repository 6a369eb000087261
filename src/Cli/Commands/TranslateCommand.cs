using System.CommandLine;
using System.Globalization;
using DistTrain.Cli.Checkpoints;
using DistTrain.Cli.Terminal;
using DistTrain.Cli.Text;
using DistTrain.Model.Decoding;
using DistTrain.Shared.Datasets.Reading.Files;

namespace DistTrain.Cli.Commands;

/// <summary>
/// <c>disttrain translate</c>: standard input or a file to standard output or a file, line by line; or, with <c>--n-best</c>, several lines for each,
/// and with <c>--force</c> the scores of translations that are given.
/// </summary>
internal static class TranslateCommand
{
    /// <summary>
    /// Lines that are searched together. At their end threads wait for the sentence that ends last, which with 256 lines took a fifth of greedy
    /// search's time.
    /// </summary>
    private const int LinesAtOnce = 1024;

    /// <param name="input">Standard input.</param>
    /// <param name="hasNoReader">Whether nobody reads standard output any more.</param>
    public static Command Create(TextReader input, Func<bool> hasNoReader)
    {
        var (checkpoint, search, sampling, json) = (SharedOptions.Checkpoint(), new SearchOptions(), new SamplingChoice(), SharedOptions.Json());
        var source = SharedOptions.File("--input", "Lines to translate; plain, .gz or .zst. Default: standard input.");
        var target = new Option<FileInfo?>("--output")
        {
            Description = "File for the translations, which is there once it is complete; plain or .gz. Default: standard output.",
        };
        var nBest = new Option<int?>("--n-best")
        {
            Description = "Write this many different translations of each line, best first, as 'LINE ||| TEXT ||| SCORE'.",
        };
        var force = SharedOptions.File("--force",
            "Translations to score instead of translating, line by line; plain, .gz or .zst. Writes 'LINE ||| TEXT ||| SCORE'.");
        var device = new Option<string>("--device")
        {
            Description = "Where the model computes: cpu, cuda or cuda:N.",
            DefaultValueFactory = _ => "cpu",
        };
        var threads = new Option<int?>("--threads") { Description = "Processor threads. Default: all cores." };
        var command = new Command("translate", "Translate lines of text.") { checkpoint, source, target };
        search.AddTo(command);
        foreach (var option in (Option[])[nBest, force]) command.Add(option);
        sampling.AddTo(command);
        foreach (var option in (Option[])[device, threads, json]) command.Add(option);
        threads.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() < 1) result.AddError("--threads must be at least 1.");
        });
        command.Validators.Add(result =>
        {
            if (result.GetResult(force) is null) return;
            foreach (var option in search.Chosen(result).Concat(sampling.Chosen(result)).Concat(result.GetResult(nBest) is null ? [] : [nBest]))
                result.AddError($"{option.Name} is about a search, and --force searches for nothing. Leave it out.");
        });
        command.SetAction(async (parsed, stop) =>
        {
            // What is asked for decides, not what is there: the same on every machine. Only auto has to be looked up.
            var asked = parsed.GetValue(device)!;
            var options = sampling.ApplyTo(search.Read(parsed, asked == DeviceOption.Default ? DeviceOption.Of(asked) : asked), parsed,
                search.HasBeam(parsed)) with { NBest = parsed.GetValue(nBest) ?? 1 };
            var (errors, asJson, file) = (parsed.InvocationConfiguration.Error, parsed.GetValue(json), parsed.GetValue(source));
            var forced = parsed.GetValue(force) is { } given ? ForcedTranslations.Read(given, file is null ? "standard input" : $"'{file}'") : null;
            if (file?.FullName is { } read && read == parsed.GetValue(target)?.FullName)
                throw new UsageException($"'{file}' is both {source.Name} and {target.Name}: its sentences would be gone. Name another file for " +
                    "the translations.");
            var place = DeviceOption.Of(asked);
            using var written = parsed.GetValue(target) is { } name ? new WholeFile(name) : null;
            var output = written?.Writer ?? parsed.InvocationConfiguration.Output;
            using var model = TrainedModel.Open(parsed.GetValue(checkpoint)!, errors.WriteLine, place, parsed.GetValue(threads));
            if (forced is null) model.Check(options);
            var done = 0;
            if (file is null)
            {
                await foreach (var block in LineBlocks.Read(input, LinesAtOnce, stop))
                    if (!await Take(block)) return CommandLine.BrokenPipe;
            }
            else
            {
                foreach (var block in TextFile.Lines(file.FullName).Chunk(LinesAtOnce))
                    if (!await Take(block)) return CommandLine.BrokenPipe;
            }
            forced?.End(done);
            written?.Complete();
            return 0;

            async Task<bool> Take(IReadOnlyList<string> block)
            {
                // A pipe that lost its reader takes what is written and says nothing.
                if (written is null && hasNoReader()) return false;
                foreach (var line in forced?.Lines(model, block, done, options, asJson, errors.WriteLine) ?? Translated(block))
                    await output.WriteLineAsync(line);
                await output.FlushAsync(stop);
                done += block.Count;
                return true;
            }

            IEnumerable<string> Translated(IReadOnlyList<string> block)
            {
                var translations = model.Translate(
                    block, OfBlock(options, done), text => errors.WriteLine(text.Sentence(Line(text.Index), "its end is not translated.")),
                    index => errors.WriteLine(UnknownText.Sentence(Line(index), "what they are is not translated.")),
                    text => errors.WriteLine(text.Sentence(Line(text.Index))), stop);
                foreach (var (index, best) in translations.Index())
                    foreach (var line in parsed.GetValue(nBest) is null
                        ? [One(block[index], best[0], asJson)] : Several(done + index + 1, block[index], best, asJson))
                        yield return line;
            }

            string Line(int index) => $"Line {done + index + 1}{(file is null ? "" : $" of '{file}'")}";
        });
        return command;
    }

    /// <summary>What is drawn for a line does not depend on the block that it comes in.</summary>
    private static DecodingOptions OfBlock(DecodingOptions options, long done) =>
        options.Sampling is { } sampling ? options with { Sampling = sampling with { FirstSentence = done } } : options;

    private static string One(string source, TranslatedText best, bool json) =>
        json ? JsonLine.Of(new { source, best.Translation, best.LogProbability, best.Score, best.ReachedLimit }) : best.Translation;

    private static IEnumerable<string> Several(int line, string source, IReadOnlyList<TranslatedText> best, bool json) =>
        json ? [JsonLine.Of(new { line, source, translations = best })] : best.Select(text => Scored(line, text.Translation, text.Score));

    /// <summary>The form of n-best lists.</summary>
    internal static string Scored(int line, string translation, double score) =>
        string.Create(CultureInfo.InvariantCulture, $"{line} ||| {translation} ||| {score:F6}");
}
