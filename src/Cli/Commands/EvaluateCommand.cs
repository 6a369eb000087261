using System.CommandLine;
using System.Globalization;
using DistTrain.Cli.Checkpoints;
using DistTrain.Cli.Text;
using DistTrain.Shared.Datasets.Reading;
using DistTrain.Shared.Jobs;

namespace DistTrain.Cli.Commands;

/// <summary>
/// <c>disttrain evaluate</c>: what a checkpoint is worth. On translations BLEU and chrF; on preferences the share of pairs in which the model
/// itself, without a reference, gives the chosen text the higher log-probability (accuracy), and the mean difference of the two in nats (margin).
/// </summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var checkpoint = SharedOptions.Checkpoint();
        var source = SharedOptions.File("--source", "Sentences to translate, one on each line; plain or .gz.");
        var reference = SharedOptions.Files("--reference", "Their translations, line by line; several files are several references.");
        var preferences = SharedOptions.File("--preferences", "Pairs of a chosen and a rejected text: .jsonl or .tsv, plain or .gz.");
        var (search, tokenize, lowercase, json) = (new SearchOptions(), SharedOptions.Tokenize(), SharedOptions.Lowercase(), SharedOptions.Json());
        var command = new Command("evaluate", "Score a checkpoint on held-out translations or preferences.")
        {
            checkpoint, source, reference, preferences, tokenize, lowercase, json,
        };
        search.AddTo(command);
        command.Validators.Add(result =>
        {
            var (translations, pairs) = (result.GetResult(source) is not null && result.GetResult(reference) is not null, result.GetResult(preferences) is not null);
            if (translations == pairs || (pairs && (result.GetResult(source) ?? result.GetResult(reference)) is not null))
                result.AddError("Give either --source and --reference, or --preferences.");
            else if (pairs)
                foreach (var option in search.ChosenOfAll(result).Concat(((Option[])[tokenize, lowercase]).Where(option => result.GetResult(option) is { Implicit: false })))
                    result.AddError($"{option.Name} is about translations, and --preferences translates nothing. Leave it out.");
        });
        command.SetAction(parsed =>
        {
            var (output, errors, asJson) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, parsed.GetValue(json));
            if (parsed.GetValue(preferences) is { } pairs)
            {
                using var judge = TrainedModel.Open(parsed.GetValue(checkpoint)!, errors.WriteLine);
                output.WriteLine(Preferences(judge, pairs, errors, asJson));
                return 0;
            }
            var lines = ParallelLines.Read([parsed.GetValue(source)!, .. parsed.GetValue(reference)!]);
            using var model = TrainedModel.Open(parsed.GetValue(checkpoint)!, errors.WriteLine);
            var start = TimeProvider.System.GetTimestamp();
            var translations = model.Translate(lines[0], search.Read(parsed), text => errors.WriteLine(text.Sentence($"Line {text.Index + 1} of '{parsed.GetValue(source)}'", "its end is not translated.")));
            var seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
            output.WriteLine(Text(CorpusScore.Of([.. translations.Select(best => best[0].Translation)], [.. lines.Skip(1)], parsed.GetValue(tokenize)!, parsed.GetValue(lowercase)), seconds, asJson));
            return 0;
        });
        return command;
    }

    private static string Text(CorpusScore score, double seconds, bool json) => json
        ? JsonLine.Of(new { bleu = score.Bleu.Score, chrf = score.ChrF, score.Sentences, seconds })
        : string.Create(CultureInfo.InvariantCulture, $"BLEU {score.Bleu.Score:F2}, chrF {score.ChrF:F2}; {score.Sentences} sentences translated in {seconds:F1} s ({score.Signature})");

    private static string Preferences(TrainedModel model, FileInfo file, TextWriter errors, bool json)
    {
        var pairs = PreferenceReader.Read(file.FullName, "", new DataSpec(), new BadRecords(tolerated: 0)).ToList();
        var margins = model.Margins(pairs).OfType<double>().ToList();
        if (margins.Count < pairs.Count) errors.WriteLine($"{pairs.Count - margins.Count} of {pairs.Count} pairs are longer than the model can read; they are left out.");
        if (margins.Count == 0) throw new UsageException($"'{file}' has no pair that the model can read. Give preferences of texts as long as those it was trained on.");
        var (accuracy, margin) = ((double)margins.Count(value => value > 0) / margins.Count, margins.Average());
        return json
            ? JsonLine.Of(new { accuracy, margin, pairs = margins.Count })
            : string.Create(CultureInfo.InvariantCulture, $"accuracy {accuracy:P1}, margin {margin:F3}; {margins.Count} pairs");
    }
}
