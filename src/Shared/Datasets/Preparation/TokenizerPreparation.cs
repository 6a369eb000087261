using System.Globalization;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Text;

namespace DistTrain.Shared.Datasets.Preparation;

/// <summary>Trains or loads the job's tokenizers, or finds those that were made before from the same inputs.</summary>
internal sealed class TokenizerPreparation(TokenizerSpec spec, IReadOnlyList<DataSet> texts, string dataRoot, string folder, Action<string> log,
    CancellationToken stop)
{
    /// <summary>Tells what the tokenizer in the folder was made from; written last.</summary>
    private const string KeyFile = "prepared.txt";

    private string KeyPath => Path.Combine(folder, KeyFile);

    /// <param name="kept">Hash of the tokenizer in the folder that has to stay; null when there is none.</param>
    /// <param name="start">Folder of the checkpoint whose tokenizer is to be taken; null for none.</param>
    /// <exception cref="InvalidDataException">It is no longer there, or that of the checkpoint is damaged.</exception>
    public TokenizerPair Prepare(string? kept, string? start)
    {
        if (kept is not null) return Kept(kept);
        if (start is not null) return OfStart(start);
        var key = Key();
        if (Before(key) is { } before)
        {
            log($"Tokenizer: {Sizes(before)}, made before.");
            return before;
        }
        File.Delete(KeyPath);
        var made = spec.Type == TokenizerSpec.SentencePiece ? Loaded() : Trained();
        made.Save(folder);
        File.WriteAllText(KeyPath, Stamp(key, made.Hash));
        log($"Tokenizer: {Sizes(made)}, {Origin()}.");
        return TokenizerPair.Load(folder);
    }

    private TokenizerPair OfStart(string start)
    {
        File.Delete(KeyPath);
        TokenizerPair.Load(start).Save(folder);
        var tokenizers = TokenizerPair.Load(folder);
        log($"Tokenizer: {Sizes(tokenizers)}, of the checkpoint that the job starts from.");
        return tokenizers;
    }

    private TokenizerPair Kept(string hash)
    {
        var tokenizers = TokenizerPair.Load(folder);
        if (tokenizers.Hash != hash)
            throw new InvalidDataException($"The tokenizer in '{folder}' has hash {tokenizers.Hash}, but the job has trained with {hash}. Restore " +
                "its files, or start a new job.");
        log($"Tokenizer: {Sizes(tokenizers)}, kept: the job has trained with it.");
        return tokenizers;
    }

    private PreparationKey Key()
    {
        var key = new PreparationKey("tokenizer").Add(spec.Type).Add(spec.VocabSize).Add(spec.Joint.ToString());
        foreach (var model in spec.Models) key.AddFile(FullPath(model));
        if (spec.Type == TokenizerSpec.SentencePiece) return key;
        key.Add(Options.LongestToken);
        key.Add(Options.Words.ToString()).Add(Options.Normalization.ToString()).Add(Options.IsSoft.ToString())
            .Add(Options.LeaveOutBytes(spec.VocabSize).ToString());
        foreach (var set in texts) set.AddTo(key, dataRoot);
        return key;
    }

    /// <summary>The tokenizers in the folder, when they were made from the same inputs and are whole.</summary>
    private TokenizerPair? Before(PreparationKey key)
    {
        if (!File.Exists(KeyPath)) return null;
        try
        {
            var tokenizers = TokenizerPair.Load(folder);
            return File.ReadAllText(KeyPath) == Stamp(key, tokenizers.Hash) ? tokenizers : null;
        }
        catch (InvalidDataException problem)
        {
            log($"The tokenizer made before cannot be used and is made again: {problem.Message}");
            return null;
        }
    }

    private TokenizerPair Loaded()
    {
        ITokenizer[] models = [.. spec.Models.Select(model => SentencePieceTokenizer.Load(FullPath(model)))];
        return new(models[0], models[^1]);
    }

    private TokenizerPair Trained()
    {
        if (!spec.Joint) return new(Train(Lines(example => example[..1])), Train(Lines(example => example[1..])));
        var joint = Train(Lines(example => example));
        return new(joint, joint);
    }

    private TextTokenizer Train(IEnumerable<string> lines)
    {
        try
        {
            var model = BpeTrainer.Train(lines, spec.VocabSize, Options);
            if (model.Vocabulary.Count < spec.VocabSize)
                log(string.Create(CultureInfo.InvariantCulture, $"Tokenizer: the text gives {model.Vocabulary.Count:N0} entries, fewer than the " +
                    $"{spec.VocabSize:N0} of " +
                    $"tokenizer.vocab_size."));
            if (!model.HasAllBytes)
                log(string.Create(CultureInfo.InvariantCulture, $"Tokenizer: {BpeModel.Unknown} stands for characters whose bytes are not in the " +
                    $"training text. From a tokenizer.vocab_size of " +
                    $"{BpeOptions.AllBytesFrom:N0} on every text can be written."));
            return new(model);
        }
        catch (InsufficientTextException problem)
        {
            throw new DataFormatException(
                texts[0].Path,
                0, $"tokenizer.vocab_size is {spec.VocabSize}, but this text gives a vocabulary of at most {problem.Possible} entries.",
                problem.Possible < TokenizerSpec.SmallestVocabulary
                    ? $"No size that is allowed is as small (the smallest is {TokenizerSpec.SmallestVocabulary}): set tokenizer.soft_vocab to " +
                    "true, or train on more text."
                    : $"Set tokenizer.vocab_size to {problem.Possible} or less, or tokenizer.soft_vocab to true, or train on more text.");
        }
    }

    private BpeOptions Options => new() { Normalization = spec.Normalization, IsSoft = spec.SoftVocab };

    private static string Count(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private IEnumerable<string> Lines(Func<string[], string[]> side)
    {
        foreach (var set in texts)
            foreach (var example in set.Read(dataRoot, new BadRecords(set.Data.TolerateBadRecords, removesEmpty: set.Data.RemoveEmpty)))
            {
                stop.ThrowIfCancellationRequested();
                foreach (var text in side(example)) yield return text;
            }
    }

    private string FullPath(string model) => Path.GetFullPath(Path.Combine(dataRoot, model));

    private string Origin() => spec.Models.Count > 0
        ? $"loaded from {string.Join(" and ", spec.Models.Select(model => $"'{model}'"))}"
        : $"trained on {string.Join(", ", texts.Select(set => $"'{set.Path}'"))}";

    private static string Sizes(TokenizerPair tokenizers) => tokenizers.IsJoint
        ? string.Create(CultureInfo.InvariantCulture, $"{tokenizers.Target.VocabularySize:N0} entries")
        : string.Create(CultureInfo.InvariantCulture, $"{tokenizers.Source.VocabularySize:N0} entries for the source and " +
            $"{tokenizers.Target.VocabularySize:N0} for the target");

    private static string Stamp(PreparationKey key, string hash) => $"inputs {key.Text}\ntokenizer {hash}\n";
}
