namespace DistTrain.Worker.Data;

/// <summary>The examples of one token store, as batches for an objective.</summary>
/// <remarks>Safe to use from several threads.</remarks>
public interface IBatchSource<out TBatch>
{
    /// <summary>Examples of the store.</summary>
    int Count { get; }

    /// <summary>What computing an example costs, in tokens that pass through the model; the same on every member.</summary>
    long Cost(int example);

    /// <summary>Target tokens of an example, each sequence with its EOS.</summary>
    long TargetTokens(int example);

    /// <summary>
    /// Tokens that an example takes in a batch where none is longer, each of its sequences with EOS and padded to the longest of its side: of its
    /// source, or of its targets, whichever are more.
    /// </summary>
    int PaddedTokens(int example);

    /// <summary>The batch of these examples, in this order; an empty one for none.</summary>
    TBatch Batch(IReadOnlyList<int> examples);
}
