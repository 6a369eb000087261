using System.CommandLine;
using System.Globalization;
using DistTrain.Cli.Checkpoints;
using DistTrain.Cli.Terminal;
using DistTrain.Cli.Text;
using DistTrain.Shared.Datasets;
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
        var translations = Set("--translations",
            "Translations, in any form that training reads, named as in a job: a file, the common part of a pair's names, or sample:NAME/SET.");
        var preferences = Set("--preferences", "Pairs of a chosen and a rejected text, in any form that training reads, named as in a job.");
        var languages = new Option<string[]>("--languages")
        {
            Description = "What --translations calls source and target: keys of its records, or endings of a pair's names. Default: source target.",
            Arity = new ArgumentArity(2, 2), AllowMultipleArgumentsPerToken = true, HelpName = "SOURCE TARGET",
        };
        var columns = ColumnsOption.Create();
        var data = SharedOptions.Data("Folder that relative paths of sets start from. Default: the current folder.");
        var kept = new Option<FileInfo?>("--out") { Description = "File for the translations, one on each line; plain or .gz." };
        var (search, tokenize, lowercase, json) = (new SearchOptions(), SharedOptions.Tokenize(), SharedOptions.Lowercase(), SharedOptions.Json());
        var tokenizerModel = SharedOptions.TokenizerModel();
        var command = new Command("evaluate", "Score a checkpoint on held-out translations or preferences.")
        {
            checkpoint, source, reference, translations, preferences, languages, columns, data, kept, tokenize, tokenizerModel, lowercase, json,
        };
        search.AddTo(command);
        command.Validators.Add(result =>
        {
            bool Given(Option option) => result.GetResult(option) is { Implicit: false };
            var files = Given(source) || Given(reference);
            if (new[] { files, Given(translations), Given(preferences) }.Count(given => given) != 1
                || (files && !(Given(source) && Given(reference))))
                result.AddError("Give either --source and --reference, or --translations, or --preferences.");
            else if (Given(preferences))
                foreach (var option in search.ChosenOfAll(result)
                    .Concat(((Option[])[languages, kept, tokenize, tokenizerModel, lowercase]).Where(Given)))
                    result.AddError($"{option.Name} is about translations, and --preferences translates nothing. Leave it out.");
            else if (files)
                foreach (var option in ((Option[])[languages, columns, data]).Where(Given))
                    result.AddError($"{option.Name} is about sets. Leave it out beside --source and --reference.");
        });
        command.SetAction(parsed =>
        {
            var (output, errors, asJson, root) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, parsed.GetValue(json),
                parsed.GetValue(data) ?? "");
            if (parsed.GetValue(preferences) is { } pairs)
            {
                using var judge = TrainedModel.Open(parsed.GetValue(checkpoint)!, errors.WriteLine);
                output.WriteLine(Preferences(judge, pairs, root, Spec(parsed), errors, asJson));
                return 0;
            }
            var text = parsed.GetValue(translations) is { } set
                ? HeldOutTranslations.OfSet(set, root, Spec(parsed), errors.WriteLine)
                : HeldOutTranslations.OfFiles(parsed.GetValue(source)!, parsed.GetValue(reference)!);
            // Before hours of translating: a tokenizer may need a file or a program that is not there.
            using var words = BleuTokenizers.Open(parsed.GetValue(tokenize)!, parsed.GetValue(tokenizerModel), BleuTokenizers.SacreBleuFolder());
            using var file = parsed.GetValue(kept) is { } name ? new WholeFile(name, endsAtOnce: true) : null;
            using var model = TrainedModel.Open(parsed.GetValue(checkpoint)!, errors.WriteLine);
            var (limited, start) = (0, TimeProvider.System.GetTimestamp());
            var best = model.Translate(text.Sources, search.Read(parsed),
                cut => errors.WriteLine(cut.Sentence(text.Place(cut.Index), "its end is not translated.")),
                unknown => errors.WriteLine(UnknownText.Sentence(text.Place(unknown), "what they are is not translated.")), unfinished =>
                {
                    limited++;
                    errors.WriteLine(unfinished.Sentence(text.Place(unfinished.Index)));
                }).Select(list => list[0].Translation).ToList();
            var seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
            if (file is not null)
            {
                foreach (var translation in best) file.Writer.WriteLine(translation);
                file.Complete();
            }
            var score = CorpusScore.Of(best, text.References, words.Tokenizer, parsed.GetValue(lowercase));
            if (score.Warning is { } warning) errors.WriteLine(warning);
            output.WriteLine(Scores(score, seconds, limited, asJson));
            return 0;
        });
        return command;

        DataSpec Spec(ParseResult parsed)
        {
            var spec = new DataSpec { Columns = ColumnsOption.Read(parsed.GetValue(columns) ?? []) };
            return parsed.GetValue(languages) is [var from, var to] ? spec with { Source = from, Target = to } : spec;
        }
    }

    private static Option<string?> Set(string name, string description) => new(name) { Description = description, HelpName = "SET" };

    private static string Scores(CorpusScore score, double seconds, int reachedLimit, bool json) => json
        ? JsonLine.Of(
            new { bleu = score.Bleu.Score, chrf = score.ChrF, score.Signature, chrfSignature = score.ChrFSignature, score.Sentences, seconds,
                reachedLimit })
        : string.Create(CultureInfo.InvariantCulture, $"BLEU {score.Bleu.Score:F2}, chrF {score.ChrF:F2}; {score.Sentences} sentences " +
            $"translated in {seconds:F1} s ({score.Signature})");

    private static string Preferences(TrainedModel model, string set, string dataRoot, DataSpec data, TextWriter errors, bool json)
    {
        var reading = new BadRecords(tolerated: 0, BadRecords.Correctable);
        var pairs = PreferenceReader.Read(set, dataRoot, data, reading).ToList();
        foreach (var note in reading.Notes) errors.WriteLine(note);
        var margins = model.Margins(pairs);
        if (margins.Equal > 0)
            errors.WriteLine($"{margins.Equal} of {pairs.Count} pairs have a chosen and a rejected text of the same tokens; they are left out.");
        if (margins.TooLong > 0) errors.WriteLine($"{margins.TooLong} of {pairs.Count} pairs are longer than the model can read; they are left out.");
        if (margins.Nats.Count == 0)
            throw new UsageException($"'{set}' has no pair that the model can judge. Give preferences between different texts, as long as those it " +
                "was trained on.");
        var (accuracy, margin) = ((double)margins.Nats.Count(value => value > 0) / margins.Nats.Count, margins.Nats.Average());
        return json
            ? JsonLine.Of(new { accuracy, margin, pairs = margins.Nats.Count })
            : string.Create(CultureInfo.InvariantCulture, $"accuracy {accuracy:P1}, margin {margin:F3}; {margins.Nats.Count} pairs");
    }
}
