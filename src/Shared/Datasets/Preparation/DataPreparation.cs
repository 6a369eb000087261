using System.Globalization;
using DistTrain.Shared.Jobs;

namespace DistTrain.Shared.Datasets.Preparation;

/// <summary>Makes a job's data ready to train on, once for all workers: a tokenizer and a token store for each data set of each phase.</summary>
/// <remarks>
/// Unless the job starts from a checkpoint, which brings its own, the tokenizer is trained on the training text of all supervised phases, without
/// such a phase on the preferences: source and target together, or one tokenizer each. What was prepared before from the same inputs (files' bytes,
/// the parts of the job that matter, the tokenizer) is used again.
/// </remarks>
public static class DataPreparation
{
    /// <summary>Reads, checks and encodes all data of a job.</summary>
    /// <param name="dataRoot">Where the relative data paths of the job start.</param>
    /// <param name="runFolder">The stores go to its folder <c>data</c>, the tokenizer to <c>tokenizer</c>.</param>
    /// <param name="tokenizerHash">Of the tokenizer that the job has trained with and keeps, whatever its data are now; null for a job that has
    /// trained nothing yet.</param>
    /// <param name="start">Folder of the checkpoint that the job starts from and has its tokenizer from; null for none.</param>
    /// <param name="log">Is told, in a sentence for each data set, what was read and what was left out.</param>
    /// <param name="found">Is told of each data set that is read, and not found prepared; null: nobody is.</param>
    /// <exception cref="FileNotFoundException">A data file is not there.</exception>
    /// <exception cref="DataFormatException">A data set has more bad records than tolerated or no example that can be used, or is too little text for
    /// the vocabulary.</exception>
    public static PreparedData Prepare(JobSpec spec, string dataRoot, string runFolder, Action<string> log, CancellationToken stop,
        string? tokenizerHash = null, string? start = null, Action<SetReport>? found = null)
    {
        var tokenizerFolder = Path.GetFullPath(Path.Combine(runFolder, "tokenizer"));
        var dataFolder = Path.GetFullPath(Path.Combine(runFolder, "data"));
        Directory.CreateDirectory(tokenizerFolder);
        Directory.CreateDirectory(dataFolder);
        // What a preparation left behind that was killed: stores of any size that nobody will finish. No other is at work for the job.
        foreach (var remains in Directory.GetFiles(dataFolder, "*.tmp")) File.Delete(remains);
        var training = spec.Phases.Select(phase => phase.Data.TrainingSets().Select(set => Examples(spec, phase, DataSet.Training, set.Train, set))
            .ToList()).ToList();
        var texts = training.SelectMany(sets => sets).ToList();
        var first = training.Zip(spec.Phases).Where(each => each.Second.Kind.TrainsTokenizer).SelectMany(each => each.First).ToList();
        var tokenizers = new TokenizerPreparation(spec.Tokenizer, first.Count > 0
            ? first : texts, dataRoot, tokenizerFolder, log, stop).Prepare(tokenizerHash, start);
        var stores = new StorePreparation(tokenizers, dataRoot, dataFolder, log, stop) { Written = found ?? (_ => { }) };
        var phases = spec.Phases.Zip(training, (phase, train) => Phase(spec, phase, train, stores, log)).ToList();
        return new PreparedData(tokenizerFolder, tokenizers.Hash, tokenizers.Target.VocabularySize, tokenizers.SourceVocabularySize, phases);
    }

    private static PreparedPhase Phase(JobSpec spec, PhaseSpec phase, IReadOnlyList<DataSet> train, StorePreparation stores, Action<string> log)
    {
        List<StoreRef> training = [.. train.Select(stores.Prepare)];
        Shares(phase, training, log);
        var validation = phase.Data.Validation is { } path ? Examples(spec, phase, "validation", path, phase.Data) : null;
        var translations = phase.TranslationSet is { } translated
            ? new DataSet(phase.Name, "translation", DataSetKind.Translations, translated, phase.Data, LongestOf(spec)) : null;
        return new PreparedPhase(
            phase.Name, training[0], validation is null ? null : stores.Prepare(validation), translations is null
                ? null : stores.Prepare(translations), training.Count > 1 ? training[1..] : null);
    }

    /// <summary>Tells how much each of several sets counts.</summary>
    private static void Shares(PhaseSpec phase, List<StoreRef> training, Action<string> log)
    {
        var sets = training.Zip(phase.Data.TrainingSets(), (store, set) => (Set: set, Weighted: new WeightedSet(store.Count, set.Weight))).ToList();
        if (sets.Sum(set => set.Weighted.UsesIn(1)) == 0)
            throw new DataFormatException(phase.Data.Train, 0, $"The weights of phase '{phase.Name}' leave an epoch without an example.",
                "Raise data.weight.");
        if (sets.Sum(set => set.Weighted.UsesIn(1) + 1) > Array.MaxLength)
            throw new DataFormatException(phase.Data.Train,
                0, $"The weights of phase '{phase.Name}' give an epoch of more than {Array.MaxLength:N0} examples.", "Lower data.weight.");
        if (sets is [{ Set.Weight: 1 }]) return;
        var uses = sets.Sum(set => set.Weighted.Count * set.Set.Weight);
        log($"Phase '{phase.Name}', an epoch: {string.Join(", ", sets.Select(set => string.Create(CultureInfo.InvariantCulture,
            $"{set.Weighted.Count:N0} examples of '{set.Set.Train}' {set.Set.Weight} times (" +
            $"{100 * set.Weighted.Count * set.Set.Weight / uses:F1} %)")))}.");
    }

    private static DataSet Examples(JobSpec spec, PhaseSpec phase, string use, string path, DataSpec data) => new(
        phase.Name, use, phase.Kind.Reads, path, data, Math.Min(data.MaxLength, LongestOf(spec)));

    /// <summary>Tokens that fit the model's positions beside the one special token that a sequence gets.</summary>
    private static int LongestOf(JobSpec spec) => spec.Model.MaxLength - 1;
}
