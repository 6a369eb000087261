using System.Globalization;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Text;

namespace DistTrain.Shared.Datasets;

/// <summary>Trains the job's tokenizer, or finds the one that was trained before on the same text.</summary>
internal static class TokenizerPreparation
{
    /// <summary>Tells what the tokenizer in the folder was made from; written last.</summary>
    private const string KeyFile = "prepared.txt";

    public static TextTokenizer Prepare(TokenizerSpec spec, IReadOnlyList<DataSet> texts, string dataRoot, string folder, Action<string> log, CancellationToken stop)
    {
        var key = new PreparationKey("tokenizer").Add(spec.Type).Add(spec.VocabSize);
        foreach (var set in texts) set.AddTo(key, dataRoot);
        if (Before(key, folder, log) is { } before)
        {
            log(string.Create(CultureInfo.InvariantCulture, $"Tokenizer: {before.VocabularySize:N0} entries, trained before."));
            return before;
        }
        var keyPath = Path.Combine(folder, KeyFile);
        File.Delete(keyPath);
        var model = Train(spec, texts, dataRoot, stop);
        model.Save(folder);
        File.WriteAllText(keyPath, Stamp(key, model.Hash));
        var tokenizer = TextTokenizer.Load(folder);
        log(string.Create(CultureInfo.InvariantCulture, $"Tokenizer: trained {tokenizer.VocabularySize:N0} entries on {string.Join(", ", texts.Select(set => $"'{set.Path}'"))}."));
        return tokenizer;
    }

    /// <summary>The tokenizer in the folder, when it was trained on the same text and is whole.</summary>
    private static TextTokenizer? Before(PreparationKey key, string folder, Action<string> log)
    {
        var keyPath = Path.Combine(folder, KeyFile);
        if (!File.Exists(keyPath)) return null;
        try
        {
            var tokenizer = TextTokenizer.Load(folder);
            return File.ReadAllText(keyPath) == Stamp(key, tokenizer.Hash) ? tokenizer : null;
        }
        catch (InvalidDataException problem)
        {
            log($"The tokenizer trained before cannot be used and is trained again: {problem.Message}");
            return null;
        }
    }

    private static BpeModel Train(TokenizerSpec spec, IReadOnlyList<DataSet> texts, string dataRoot, CancellationToken stop)
    {
        try
        {
            return BpeTrainer.Train(Lines(texts, dataRoot, stop), spec.VocabSize);
        }
        catch (InsufficientTextException problem)
        {
            throw new DataFormatException(
                texts[0].Path, 0, $"tokenizer.vocab_size is {spec.VocabSize}, but this text gives a vocabulary of at most {problem.Possible} entries.",
                $"Set tokenizer.vocab_size to {problem.Possible} or less, or train on more text.");
        }
    }

    private static IEnumerable<string> Lines(IReadOnlyList<DataSet> texts, string dataRoot, CancellationToken stop)
    {
        foreach (var set in texts)
            foreach (var example in set.Read(dataRoot, new BadRecords(set.Data.TolerateBadRecords)))
            {
                stop.ThrowIfCancellationRequested();
                foreach (var text in example) yield return text;
            }
    }

    private static string Stamp(PreparationKey key, string hash) => $"inputs {key.Text}\ntokenizer {hash}\n";
}
