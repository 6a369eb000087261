using System.CommandLine;
using DistTrain.Cli.Scoring;
using DistTrain.Cli.Text;
using DistTrain.Shared.Metrics;

namespace DistTrain.Cli.Commands;

/// <summary>
/// <c>disttrain score</c>: BLEU, chrF and TER of translations that lie in files, as sacreBLEU computes them, and tests of their differences.
/// </summary>
internal static class ScoreCommand
{
    public static Command Create()
    {
        var hypotheses = SharedOptions.Files("--hypotheses",
            "The translations, one on each line; plain or .gz. Several files are several systems, the first is the baseline.");
        var references = SharedOptions.Files("--references", "The references, line by line; several files are several references.");
        (hypotheses.Required, references.Required) = (true, true);
        var skipEmpty = new Option<bool>(LineReferences.SkipEmpty)
        {
            Description = "An empty line of a reference file is no reference; otherwise it is one of no words.",
        };
        var sentence = new Option<bool>("--sentence") { Description = "Score each sentence by itself, BLEU with effective order." };
        var (metrics, significance, json) = (new MetricOptions(), new SignificanceOptions(), SharedOptions.Json());
        var command = new Command("score", "Score translations against references: BLEU, chrF and TER, intervals and tests.")
        {
            hypotheses, references, skipEmpty,
        };
        metrics.AddTo(command);
        significance.AddTo(command, hypotheses);
        command.Add(sentence);
        command.Add(json);
        command.Validators.Add(result =>
        {
            if (!result.GetValue(sentence)) return;
            if (result.GetResult(hypotheses)?.Tokens.Count > 1) result.AddError("--sentence scores one system. Give --hypotheses one file.");
            foreach (var option in significance.Given(result))
                result.AddError($"{option} is about a whole corpus, and --sentence scores single sentences. Leave one of them out.");
        });
        command.SetAction(parsed =>
        {
            var (output, errors, ofSentences) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error,
                parsed.GetValue(sentence));
            var (systems, files) = (parsed.GetValue(hypotheses)!, parsed.GetValue(references)!);
            var lines = ParallelLines.Read([.. systems, .. files], firstReference: systems.Length);
            var expected = LineReferences.Of([.. lines.Skip(systems.Length)], parsed.GetValue(skipEmpty));
            using var opened = metrics.OpenTokenizer(parsed);
            if (expected.Notice(files.Length) is { } notice) errors.WriteLine(notice);
            if (opened is not null && UnspacedText.Warning(opened.Tokenizer, expected.Lines.SelectMany(line => line)) is { } warning)
                errors.WriteLine(warning);
            var report = ScoreReport.Of(
                [.. systems.Select((system, index) => (system.ToString(), LineReferences.Trimmed(lines[index])))], expected.Lines,
                metrics.Read(parsed, opened?.Tokenizer, ofSentences), significance.Read(parsed));
            foreach (var found in report.Notices()) errors.WriteLine(found);
            if (ofSentences)
                foreach (var metric in report.Metrics) errors.WriteLine($"{metric.Metric.Name} {metric.Signature}");
            foreach (var line in Written(report, ofSentences, parsed.GetValue(json))) output.WriteLine(line);
            return 0;
        });
        return command;
    }

    private static IEnumerable<string> Written(ScoreReport report, bool ofSentences, bool asJson) => (ofSentences, asJson) switch
    {
        (true, true) => report.JsonOfSentences(),
        (true, false) => ScoreText.Sentences(report),
        (false, true) => Enumerable.Range(0, report.Systems.Count).Select(report.Json),
        _ => ScoreText.Lines(report),
    };
}
