using DistTrain.Model.Batches;
using DistTrain.Shared.Datasets.Stores;

namespace DistTrain.Worker.Data;

/// <summary>A store of translations: its columns are source, target and further references, which are not trained on.</summary>
public sealed class TranslationBatches(ITokenTable store) : IBatchSource<SentencePairs>
{
    /// <summary>Columns of a store of translations.</summary>
    public const int Source = 0, Target = 1;

    /// <inheritdoc/>
    public int Count => store.Count;

    /// <inheritdoc/>
    public long Cost(int example) => store.Length(Source, example) + 1 + TargetTokens(example);

    /// <inheritdoc/>
    public long TargetTokens(int example) => store.Length(Target, example) + 1;

    /// <inheritdoc/>
    public int PaddedTokens(int example) => Math.Max(store.Length(Source, example), store.Length(Target, example)) + 1;

    /// <inheritdoc/>
    public SentencePairs Batch(IReadOnlyList<int> examples) => new(
        [.. examples.Select(example => store.Tokens(Source, example).ToArray())],
        [.. examples.Select(example => store.Tokens(Target, example).ToArray())])
    {
        Examples = examples,
    };
}
