using DistTrain.Model.Batches;
using DistTrain.Shared.Datasets.Stores;
using DistTrain.Worker.Data;

namespace DistTrain.Worker.Phases.Supervised;

/// <summary>A store of translations to train on or to measure the loss with: its columns are source and target.</summary>
public sealed class TranslationBatches(ITokenTable store) : IBatchSource<SentencePairs>
{
    /// <inheritdoc/>
    public int Count => store.Count;

    /// <inheritdoc/>
    public long Cost(int example) => store.Length(TranslationColumns.Source, example) + 1 + TargetTokens(example);

    /// <inheritdoc/>
    public long TargetTokens(int example) => store.Length(TranslationColumns.Target, example) + 1;

    /// <inheritdoc/>
    public int PaddedTokens(int example) =>
        Math.Max(store.Length(TranslationColumns.Source, example), store.Length(TranslationColumns.Target, example)) + 1;

    /// <inheritdoc/>
    public SentencePairs Batch(IReadOnlyList<int> examples) => new(
        [.. examples.Select(example => store.Tokens(TranslationColumns.Source, example).ToArray())],
        [.. examples.Select(example => store.Tokens(TranslationColumns.Target, example).ToArray())])
    {
        Examples = examples,
    };
}
