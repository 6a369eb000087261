using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using DistTrain.Model.Kernels.Simd;

namespace DistTrain.Model.Kernels;

/// <summary>What a dropout multiplies a row's values by, column by column.</summary>
internal readonly struct RowFactors(RandomRow random, Vector512<int> threshold, Vector512<float> kept)
{
    /// <summary>Of sixteen columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> From(int column) => kept & Vector512.GreaterThanOrEqual(random.From(column), threshold).AsSingle();

    /// <summary>
    /// The values, which stand in columns from <paramref name="column"/> on, times their factors. Not a number stays one only where it is kept.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes Apply(Lanes values, int column) => new(
        values.Low * kept & Vector512.GreaterThanOrEqual(random.From(column), threshold).AsSingle(),
        values.High * kept & Vector512.GreaterThanOrEqual(random.From(column + Lanes.Count / 2), threshold).AsSingle());
}
