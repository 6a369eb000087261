using DistTrain.Model.Batches;
using DistTrain.Shared.Datasets.Stores;
using DistTrain.Worker.Data;

namespace DistTrain.Worker.Phases.Dpo;

/// <summary>A store of preferences, whose columns are prompt, chosen and rejected, with the reference model's scores of each.</summary>
/// <param name="chosen">The reference's log-probability of each example's chosen answer.</param>
/// <param name="rejected">The same of each rejected one.</param>
public sealed class PreferenceBatches(ITokenTable store, double[] chosen, double[] rejected) : IBatchSource<PreferencePairs>
{
    /// <summary>Columns of a store of preferences.</summary>
    public const int Prompt = 0, Chosen = 1, Rejected = 2;

    /// <inheritdoc/>
    public int Count => store.Count;

    /// <inheritdoc/>
    public long Cost(int example) => store.Length(Prompt, example) + 1 + TargetTokens(example);

    /// <inheritdoc/>
    public long TargetTokens(int example) => store.Length(Chosen, example) + store.Length(Rejected, example) + 2;

    /// <inheritdoc/>
    public int PaddedTokens(int example) =>
        Math.Max(store.Length(Prompt, example) + 1, 2 * (Math.Max(store.Length(Chosen, example), store.Length(Rejected, example)) + 1));

    /// <inheritdoc/>
    public PreferencePairs Batch(IReadOnlyList<int> examples) => new(
        Column(examples, Prompt), Column(examples, Chosen), Column(examples, Rejected),
        [.. examples.Select(example => chosen[example])], [.. examples.Select(example => rejected[example])]);

    private int[][] Column(IReadOnlyList<int> examples, int column) => [.. examples.Select(example => store.Tokens(column, example).ToArray())];
}
