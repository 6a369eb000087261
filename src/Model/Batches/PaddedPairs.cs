using DistTrain.Shared.Text;
using static TorchSharp.torch;

namespace DistTrain.Model.Batches;

/// <summary>A batch as the model takes it: padded int64 matrices with BOS and EOS in place.</summary>
/// <param name="Source_BS">Sources, each ending in EOS.</param>
/// <param name="TargetInput_GT">Decoder input, each starting with BOS. G is B or a multiple of it.</param>
/// <param name="Labels_GT">What should follow each position, each ending in EOS.</param>
internal sealed record PaddedPairs(Tensor Source_BS, Tensor TargetInput_GT, Tensor Labels_GT)
{
    /// <summary>What tells the sources apart: their dropout follows from it.</summary>
    /// <value>Default: their places.</value>
    public IReadOnlyList<int> Examples { get; init; } = [.. Enumerable.Range(0, (int)Source_BS.size(0))];

    /// <param name="examples">Null: their places.</param>
    public static PaddedPairs From(IReadOnlyList<int[]> sources, IReadOnlyList<int[]> targets, IReadOnlyList<int>? examples = null) =>
        new(TokenMatrix.Sources(sources), TokenMatrix.TargetInputs(targets), TokenMatrix.Labels(targets))
        {
            Examples = examples ?? [.. Enumerable.Range(0, sources.Count)],
        };

    /// <summary>The positions, among all rows, whose label counts: [L].</summary>
    public Tensor LabelledRows() => Labels_GT.reshape(-1).ne(Number.Of(SpecialTokens.Pad)).nonzero().squeeze(1);
}
