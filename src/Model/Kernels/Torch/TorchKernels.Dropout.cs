using static TorchSharp.torch;

namespace DistTrain.Model.Kernels.Torch;

/// <remarks>The masks of <see cref="DropoutMask"/> bit for bit: integers of 32 bits wrap around on all devices.</remarks>
internal sealed partial class TorchKernels
{
    /// <summary>0 for what is dropped, 1 / (1 - rate) for what is kept: [R, F].</summary>
    private Tensor Factors(DropoutMask mask, long width) =>
        Factors(mask, keys_R => keys_R.unsqueeze(1), Number.Range(width, ScalarType.Int32, device));

    /// <summary>Those of attention weights: [B, H, T, S].</summary>
    private Tensor Factors(AttentionInput input)
    {
        var heads_H11 = Number.Range(input.Heads, ScalarType.Int32, device).mul_(Number.Of(DropoutMask.ColumnsPerHead)).view(-1, 1, 1);
        var rows = (long)input.Sequences * input.Queries;
        return Factors(input.Mask, keys_R => keys_R.narrow(0, 0, rows).view(input.Sequences, 1, input.Queries, 1),
            heads_H11.Plus(Number.Range(input.Keys, ScalarType.Int32, device)));
    }

    /// <param name="shaped">Brings row keys to a shape that broadcasts with <paramref name="columns"/>.</param>
    private static Tensor Factors(DropoutMask mask, Func<Tensor, Tensor> shaped, Tensor columns)
    {
        var keys_R = mask.Keys_R!.bitwise_xor(tensor((long)mask.Site)).mul_(Number.Of(unchecked((long)DropoutMask.KeyFactor)));
        var (first, second) = (shaped(keys_R.bitwise_right_shift(tensor(32L)).to(ScalarType.Int32)), shaped(keys_R.to(ScalarType.Int32)));
        var random = first.Plus(columns.mul_(Number.Of(RandomRow.ColumnStep)));
        ShiftXor(random, RandomRow.FirstShift).mul_(Number.Of(RandomRow.FirstFactor)).Add(second);
        ShiftXor(random, RandomRow.SecondShift).mul_(Number.Of(RandomRow.SecondFactor));
        return random.ge(Number.Of(mask.Threshold)).to(ScalarType.Float32).mul_(Number.Of(mask.Kept));
    }

    /// <summary>x ^= x >> bits, filled up with zeros. Torch's shift fills up with the sign.</summary>
    private static Tensor ShiftXor(Tensor x, int bits) =>
        x.bitwise_xor_(x.bitwise_right_shift(tensor(bits)).bitwise_and_(tensor((1 << (32 - bits)) - 1)));
}
