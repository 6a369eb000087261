using DistTrain.Shared.Datasets.Stores;

namespace DistTrain.Shared.Datasets.Preparation;

/// <summary>What the preparation of a job's data leaves behind: the tokenizer, and a token store for each data set of each phase.</summary>
/// <param name="TokenizerFolder">Full path of the folder with the tokenizer's files; see <see cref="Text.TokenizerPair"/>.</param>
/// <param name="VocabularySize">Entries of the target's vocabulary, special tokens included.</param>
/// <param name="SourceVocabularySize">Entries of the source's own vocabulary; null when there is one for both.</param>
/// <param name="Phases">In the order of the job's phases.</param>
public sealed record PreparedData(string TokenizerFolder, string TokenizerHash, int VocabularySize, int? SourceVocabularySize,
    IReadOnlyList<PreparedPhase> Phases)
{
    /// <summary>The greatest <see cref="StoreRef.LengthFactor"/> of what the phases train on; null when none was measured.</summary>
    public double? LengthFactor() => Phases.SelectMany(phase => phase.TrainingStores()).Max(store => store.LengthFactor);

    /// <summary>What people should know of the data before anything trains, a text for each.</summary>
    public IEnumerable<string> Warnings() =>
        Phases.SelectMany(phase => phase.Stores().Select(store => store.Warning).OfType<string>().Distinct()
            .Select(warning => $"Phase '{phase.Phase}': {warning}"));
}

/// <summary>The token stores of one phase.</summary>
/// <param name="Phase">Name of the phase.</param>
/// <param name="Validation">Null when the phase has no validation data.</param>
/// <param name="Translations">What validation translates; null when it translates nothing.</param>
/// <param name="More">Of the further training sets, in the order of <c>data.more</c>; null when there are none.</param>
public sealed record PreparedPhase(string Phase, StoreRef Train, StoreRef? Validation, StoreRef? Translations, IReadOnlyList<StoreRef>? More = null)
{
    /// <summary>Of all training sets, in the order in which examples are numbered.</summary>
    public IReadOnlyList<StoreRef> TrainingStores() => [Train, .. More ?? []];

    /// <summary>All stores of the phase.</summary>
    public IEnumerable<StoreRef> Stores() => TrainingStores().Concat(new[] { Validation, Translations }.OfType<StoreRef>());

    /// <summary>Hash of all that is trained on; of a single set that of its store.</summary>
    public string TrainingHash() => JoinedStores.HashOf([.. TrainingStores().Select(store => store.Hash)]);
}

/// <summary>One token store.</summary>
/// <param name="Path">Full path of the file.</param>
/// <param name="Hash">Hash of its content.</param>
/// <param name="Count">Examples.</param>
/// <param name="SourceTokens">Tokens of the first column, without special tokens.</param>
/// <param name="TargetTokens">Tokens of the target column (translation) or of chosen and rejected together (preferences).</param>
/// <param name="Dropped">Examples left out: too long, one side far longer than the other, repeated, or a preference between equals.</param>
/// <param name="LengthFactor">How long targets are for their sources: see <see cref="LengthRatios.Factor"/>. Null where nothing is trained on it, or
/// it was prepared before this was measured.</param>
/// <param name="Warning">What people should know of it before anything trains, in whole sentences: most examples are left out. Null: nothing.</param>
public sealed record StoreRef(string Path, string Hash, int Count, long SourceTokens, long TargetTokens, int Dropped, [property: Finite]
    double? LengthFactor = null, string? Warning = null);
