using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using DistTrain.Model.Kernels;
using static TorchSharp.torch;

namespace DistTrain.Model.Modules;

/// <summary>
/// Dropout by the masks of <see cref="DropoutMask"/>: those that a training step applies in its kernels.
/// </summary>
/// <param name="dropouts">Of the model.</param>
internal sealed class Dropout(Dropouts dropouts, double rate)
{
    /// <summary>Sets a share of <paramref name="x_RF"/> to zero and scales the rest by 1 / (1 - rate), in place.</summary>
    public Tensor Apply(Tensor x_RF)
    {
        using var factors_RF = Factors(dropouts.Next(rate), (int)x_RF.size(0), 1, (int)x_RF.size(1));
        return factors_RF is null ? x_RF : x_RF.mul_(factors_RF);
    }

    /// <summary>The same, but <paramref name="x_RF"/> stays as it is: where autograd still needs it.</summary>
    public Tensor Copy(Tensor x_RF)
    {
        using var factors_RF = Factors(dropouts.Next(rate), (int)x_RF.size(0), 1, (int)x_RF.size(1));
        return factors_RF is null ? x_RF.alias() : x_RF.mul(factors_RF);
    }

    /// <summary>A copy of the attention weights of all heads.</summary>
    public Tensor OfAttention(Tensor weights_NTS, int heads)
    {
        var (queries, keys) = (weights_NTS.size(1), weights_NTS.size(2));
        using var factors_RF = Factors(dropouts.Next(rate), (int)(weights_NTS.size(0) / heads * queries), heads, (int)keys);
        if (factors_RF is null) return weights_NTS.alias();
        using var factors_BHTS = factors_RF.view(-1, queries, heads, keys).transpose(1, 2);
        using var factors_NTS = factors_BHTS.reshape(weights_NTS.shape);
        return weights_NTS.mul(factors_NTS);
    }

    /// <summary>[R, heads x width]; null when nothing is dropped.</summary>
    private static Tensor? Factors(DropoutMask mask, int rows, int heads, int width)
    {
        if (mask.Keys_R is null) return null;
        var factors_RF = empty(rows, heads * width);
        var factors = MemoryMarshal.Cast<byte, float>(factors_RF.bytes);
        var keys = MemoryMarshal.Cast<byte, ulong>(mask.Keys_R.bytes);
        for (var row = 0; row < rows; row++)
            for (var head = 0; head < heads; head++)
                Fill(mask.Row(keys[row]), head * DropoutMask.ColumnsPerHead, factors.Slice((row * heads + head) * width, width));
        return factors_RF;
    }

    private static void Fill(RowFactors row, int first, Span<float> factors)
    {
        for (var at = 0; at < factors.Length; at += Vector512<float>.Count)
        {
            var group = row.From(first + at);
            for (var lane = 0; lane < Math.Min(Vector512<float>.Count, factors.Length - at); lane++) factors[at + lane] = group[lane];
        }
    }
}
