using DistTrain.Shared.Text;
using static TorchSharp.torch;

namespace DistTrain.Model.Batches;

/// <summary>Ragged token sequences to padded int64 tensors.</summary>
internal static class TokenMatrix
{
    /// <summary>Each source and EOS.</summary>
    public static Tensor Sources(IReadOnlyList<int[]> sources) => Pad(sources, first: null, last: SpecialTokens.Eos);

    /// <summary>BOS and each target: what the decoder sees.</summary>
    public static Tensor TargetInputs(IReadOnlyList<int[]> targets) => Pad(targets, first: SpecialTokens.Bos, last: null);

    /// <summary>Each target and EOS: what the decoder should say.</summary>
    public static Tensor Labels(IReadOnlyList<int[]> targets) => Pad(targets, first: null, last: SpecialTokens.Eos);

    private static Tensor Pad(IReadOnlyList<int[]> sequences, int? first, int? last)
    {
        var width = sequences.Max(sequence => sequence.Length) + 1;
        var padded = new long[sequences.Count * width];
        Array.Fill(padded, SpecialTokens.Pad);
        for (var row = 0; row < sequences.Count; row++)
        {
            var at = row * width;
            if (first is { } start) padded[at++] = start;
            foreach (var token in sequences[row]) padded[at++] = token;
            if (last is { } end) padded[at] = end;
        }
        return tensor(padded, [sequences.Count, width]);
    }
}
