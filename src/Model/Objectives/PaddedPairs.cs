using DistTrain.Shared.Text;
using static TorchSharp.torch;

namespace DistTrain.Model.Objectives;

/// <summary>A batch as the model takes it: padded int64 matrices with BOS and EOS in place.</summary>
/// <param name="Source_BS">Sources, each ending in EOS.</param>
/// <param name="TargetInput_GT">Decoder input, each starting with BOS. G is B or a multiple of it.</param>
/// <param name="Labels_GT">What should follow each position, each ending in EOS.</param>
internal sealed record PaddedPairs(Tensor Source_BS, Tensor TargetInput_GT, Tensor Labels_GT)
{
    public static PaddedPairs From(IReadOnlyList<int[]> sources, IReadOnlyList<int[]> targets) =>
        new(TokenMatrix.Sources(sources), TokenMatrix.TargetInputs(targets), TokenMatrix.Labels(targets));

    /// <summary>The positions, among all rows, whose label counts: [L].</summary>
    public Tensor LabelledRows() => Labels_GT.reshape(-1).ne(SpecialTokens.Pad).nonzero().squeeze(1);
}
