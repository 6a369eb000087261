using System.CommandLine;
using System.Globalization;
using DistTrain.Cli.Terminal;
using DistTrain.Cli.Text;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Text;

namespace DistTrain.Cli.Commands.Bench;

/// <summary>
/// <c>disttrain bench tokenizer</c>: trains byte-level BPE on text and encodes the same text, as the preparation of a job's data does.
/// </summary>
internal static class TokenizerBenchmark
{
    public static Command Create()
    {
        var text = SharedOptions.Files("--text", "Text to train on and to encode, a sentence on each line; plain or .gz.");
        text.Required = true;
        var size = new Option<int>("--vocab-size")
        {
            Description = "Tokens of the vocabulary, special tokens included.",
            DefaultValueFactory = _ => new TokenizerSpec().VocabSize,
        };
        size.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < TokenizerSpec.SmallestVocabulary)
                result.AddError($"--vocab-size must be at least {TokenizerSpec.SmallestVocabulary}.");
        });
        var json = SharedOptions.Json();
        var command = new Command("tokenizer", "Time the training of a tokenizer, and encoding with it.") { text, size, json };
        command.SetAction(parsed =>
        {
            var lines = parsed.GetValue(text)!.SelectMany(file => ParallelLines.Read([file])[0]).ToList();
            var clock = TimeProvider.System;
            var start = clock.GetTimestamp();
            var tokenizer = new TextTokenizer(BpeTrainer.Train(lines, parsed.GetValue(size), new() { IsSoft = true }));
            var trained = clock.GetElapsedTime(start).TotalSeconds;
            start = clock.GetTimestamp();
            var ids = tokenizer.EncodeAll(lines).ToList();
            var encoded = clock.GetElapsedTime(start).TotalSeconds;
            var tokens = ids.Sum(line => (long)line.Length);
            var exact = Enumerable.Range(0, lines.Count).Count(index => tokenizer.Decode(ids[index]) == lines[index]);
            parsed.InvocationConfiguration.Output.WriteLine(parsed.GetValue(json)
                ? JsonLine.Of(
                    new { lines = lines.Count, exact_lines = exact, tokens, training_seconds = trained, encoding_seconds = encoded,
                        lines_per_second = lines.Count / encoded })
                : string.Create(CultureInfo.InvariantCulture, $"{lines.Count:N0} lines: trained {tokenizer.VocabularySize:N0} tokens in " +
                    $"{trained:F2} s, encoded {tokens:N0} tokens in {encoded:F2} s ({lines.Count / encoded:N0} lines/s); decoding gives " +
                    $"{exact:N0} lines back exactly"));
            return 0;
        });
        return command;
    }
}
