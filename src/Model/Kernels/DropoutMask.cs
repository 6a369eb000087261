using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace DistTrain.Model.Kernels;

/// <summary>
/// Which values a dropout keeps: made again when the gradient passes, instead of being stored. Whether a value is kept follows from the key of
/// its row, the dropout's number in the model and the value's column, and from nothing else: not from its place in a batch, the batch's other
/// rows, threads or the processor. The kernels for other devices compute the same.
/// </summary>
internal readonly struct DropoutMask
{
    /// <summary>From head to head, in columns: weights of different heads have different ones.</summary>
    public const int ColumnsPerHead = 1 << 16;

    /// <summary>A row's key, xor <see cref="Site"/>, times this is the key of its random numbers.</summary>
    public const ulong KeyFactor = 0x9e3779b97f4a7c15;

    /// <param name="keys_R">Int64, where the kernels compute: a key for each row, as <see cref="RowKeys"/> makes them.</param>
    /// <param name="site">Differs between the dropouts of a pass.</param>
    /// <param name="rate">Share of the values that are set to zero: at least 0, less than 1.</param>
    public DropoutMask(Tensor keys_R, int site, double rate)
    {
        (Keys_R, Site, Rate) = (keys_R, RowKeys.Mix((ulong)site + 1), rate);
        (Threshold, Kept) = ((int)((long)(rate * 4294967296.0) + int.MinValue), (float)(1 / (1 - rate)));
    }

    /// <summary>Null in the default mask, which changes nothing.</summary>
    public Tensor? Keys_R { get; }

    /// <summary>The dropout's number, over all bits.</summary>
    public ulong Site { get; }

    /// <summary>Share of the values that are set to zero; 0: the dropout changes nothing.</summary>
    public double Rate { get; }

    /// <summary>The least random number that keeps a value.</summary>
    public int Threshold { get; }

    /// <summary>What a kept value is multiplied by.</summary>
    public float Kept { get; }

    /// <summary>The factors of a row: 0 for what is dropped, <see cref="Kept"/> for what is kept.</summary>
    /// <param name="key">Of the row.</param>
    public RowFactors Row(ulong key) => new(new RandomRow((key ^ Site) * KeyFactor), Vector512.Create(Threshold), Vector512.Create(Kept));
}
