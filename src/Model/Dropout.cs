using System.Runtime.InteropServices;
using DistTrain.Model.Kernels;
using static TorchSharp.torch;

namespace DistTrain.Model;

/// <summary>
/// Dropout by the masks of <see cref="DropoutMask"/>: those that a training step applies in its kernels.
/// </summary>
internal sealed class Dropout(double rate)
{
    /// <summary>Sets a share of <paramref name="x"/> to zero and scales the rest by 1 / (1 - rate), in place.</summary>
    public Tensor Apply(Tensor x, bool training)
    {
        if (!training || rate == 0) return x;
        using var mask = Mask(x.shape);
        return x.mul_(mask);
    }

    /// <summary>The same, but <paramref name="x"/> stays as it is: where autograd still needs it.</summary>
    public Tensor Copy(Tensor x, bool training)
    {
        if (!training || rate == 0) return x.alias();
        using var mask = Mask(x.shape);
        return x.mul(mask);
    }

    /// <summary>A copy of attention weights, by the masks that a training step's attention applies.</summary>
    public Tensor OfAttention(Tensor weights_NTS, bool training)
    {
        if (!training || rate == 0) return weights_NTS.alias();
        using var mask_NTS = empty(weights_NTS.shape);
        DropoutMask.Draw(rate).FillAttention(MemoryMarshal.Cast<byte, float>(mask_NTS.bytes), (int)weights_NTS.shape[1], (int)weights_NTS.shape[2]);
        return weights_NTS.mul(mask_NTS);
    }

    private Tensor Mask(long[] shape)
    {
        var mask = empty(shape);
        DropoutMask.Draw(rate).Fill(MemoryMarshal.Cast<byte, float>(mask.bytes));
        return mask;
    }
}
