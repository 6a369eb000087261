using System.CommandLine;
using System.Globalization;
using DistTrain.Cli.Text;

namespace DistTrain.Cli.Commands;

/// <summary><c>disttrain score</c>: BLEU and chrF of translations that lie in a file, as sacreBLEU computes them.</summary>
internal static class ScoreCommand
{
    public static Command Create()
    {
        var hypotheses = SharedOptions.File("--hypotheses", "The translations, one on each line; plain or .gz.");
        var references = SharedOptions.Files("--references", "The references, line by line; several files are several references.");
        (hypotheses.Required, references.Required) = (true, true);
        var (tokenize, lowercase, json) = (SharedOptions.Tokenize(), SharedOptions.Lowercase(), SharedOptions.Json());
        var command = new Command("score", "Score translations against references: BLEU and chrF.") { hypotheses, references, tokenize, lowercase, json };
        command.SetAction(parsed =>
        {
            var lines = ParallelLines.Read([parsed.GetValue(hypotheses)!, .. parsed.GetValue(references)!]);
            var score = CorpusScore.Of(lines[0], [.. lines.Skip(1)], parsed.GetValue(tokenize)!, parsed.GetValue(lowercase));
            parsed.InvocationConfiguration.Output.WriteLine(parsed.GetValue(json) ? Json(score) : Text(score));
            return 0;
        });
        return command;
    }

    private static string Json(CorpusScore score) => JsonLine.Of(new
    {
        bleu = score.Bleu.Score, chrf = score.ChrF, score.Sentences, score.Signature, score.Bleu.Precisions, score.Bleu.BrevityPenalty,
        score.Bleu.HypothesisLength, score.Bleu.ReferenceLength,
    });

    private static string Text(CorpusScore score)
    {
        var precisions = string.Join("/", score.Bleu.Precisions.Select(precision => precision.ToString("F1", CultureInfo.InvariantCulture)));
        return string.Create(CultureInfo.InvariantCulture, $"""
            BLEU {score.Bleu.Score:F2} {precisions} (brevity penalty {score.Bleu.BrevityPenalty:F3}, {score.Bleu.HypothesisLength} words for {score.Bleu.ReferenceLength})
            chrF {score.ChrF:F2}
            {score.Sentences} sentences, {score.Signature}
            """);
    }
}
