namespace DistTrain.Shared.Datasets.Preparation;

/// <summary>What the preparation of a job's data leaves behind: the tokenizer, and a token store for each data set of each phase.</summary>
/// <param name="TokenizerFolder">Full path of the folder with the tokenizer's files; see <see cref="Text.TokenizerPair"/>.</param>
/// <param name="VocabularySize">Entries of the target's vocabulary, special tokens included.</param>
/// <param name="SourceVocabularySize">Entries of the source's own vocabulary; null when there is one for both.</param>
/// <param name="Phases">In the order of the job's phases.</param>
public sealed record PreparedData(string TokenizerFolder, string TokenizerHash, int VocabularySize, int? SourceVocabularySize, IReadOnlyList<PreparedPhase> Phases);

/// <summary>The token stores of one phase.</summary>
/// <param name="Phase">Name of the phase.</param>
/// <param name="Validation">Null when the phase has no validation data.</param>
/// <param name="Translations">What validation translates; null when it translates nothing.</param>
public sealed record PreparedPhase(string Phase, StoreRef Train, StoreRef? Validation, StoreRef? Translations);

/// <summary>One token store.</summary>
/// <param name="Path">Full path of the file.</param>
/// <param name="Hash">Hash of its content.</param>
/// <param name="Count">Examples.</param>
/// <param name="SourceTokens">Tokens of the first column, without special tokens.</param>
/// <param name="TargetTokens">Tokens of the target column (translation) or of chosen and rejected together (preferences).</param>
/// <param name="Dropped">Examples left out: too long, one side far longer than the other, repeated, or a preference between equals.</param>
public sealed record StoreRef(string Path, string Hash, int Count, long SourceTokens, long TargetTokens, int Dropped);
