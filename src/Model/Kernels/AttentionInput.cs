using static TorchSharp.torch;

namespace DistTrain.Model.Kernels;

/// <summary>
/// Queries, keys or values as a projection left them: columns [part D, (part + 1) D) of its rows, to which the bias is still to be added.
/// </summary>
/// <param name="Rows_RF">Position t of sequence b is row b length + t.</param>
/// <param name="Bias_F">Float32.</param>
internal readonly record struct Projected(Tensor Rows_RF, Tensor Bias_F, int Part);

/// <summary>What an attention reads. Its backward reads the same once more, instead of weights that were kept for it.</summary>
/// <param name="Sequences">Of keys. Queries of several sequences that share their keys count as one sequence.</param>
/// <param name="Queries">Of each sequence.</param>
/// <param name="Keys">Of each sequence.</param>
/// <param name="Mask">Drops attention weights: its rows are those of the queries, its columns a head's keys, from head times
/// <see cref="DropoutMask.ColumnsPerHead"/> on.</param>
internal sealed record AttentionInput(
    Projected Query, Projected Key, Projected Value, int Sequences, int Queries, int Keys, int Heads, int HeadSize, KeyVisibility Visible,
    DropoutMask Mask)
{
    /// <summary>Scores are divided by the root of a head's size (equation 1).</summary>
    public float Scale => (float)(1 / Math.Sqrt(HeadSize));
}
