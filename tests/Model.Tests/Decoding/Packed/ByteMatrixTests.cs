using System.Runtime.Intrinsics.X86;
using CsCheck;
using DistTrain.Model.Decoding.Packed;
using DistTrain.Shared;

namespace DistTrain.Model.Tests.Decoding.Packed;

public unsafe class ByteMatrixTests
{
    private static readonly Gen<float[]> Row = Gen.OneOf(
        Gen.Float[-1, 1].Array[1, 80],
        // All of one sign and size: the largest sums there are.
        Gen.Select(Gen.Float[-1, 1], Gen.Int[1, 80]).Select((value, count) => Enumerable.Repeat(value, count).ToArray()));

    [Fact]
    public void Weights_OfAnyRow_AreWithinHalfAStepAndNeverOverflowSixteenBits() => Row.Sample(row =>
        {
            var bytes = new sbyte[row.Length];
            var scale = ByteRow.Weights(row, bytes);
            for (var input = 0; input < row.Length; input++)
                Assert.InRange(bytes[input] * scale - row[input], -0.501f * scale - 1e-30f, 0.501f * scale + 1e-30f);
            for (var group = 0; group < row.Length; group += 16)
                for (var place = 0; place < 4; place += 2)
                {
                    var summed = Enumerable.Range(group, 16).Where(input => input < row.Length && (input - group) % 4 / 2 == place / 2)
                        .Select(input => (int)bytes[input]).ToList();
                    Assert.InRange(127 * summed.Where(weight => weight > 0).Sum(), 0, short.MaxValue);
                    Assert.InRange(127 * summed.Where(weight => weight < 0).Sum(), short.MinValue, 0);
                }
        });

    [Fact]
    public void Activations_OfAnyRow_AreWithinHalfAStep() => Gen.Select(Row, Gen.Bool).Sample((row, isPositive) =>
        {
            using var x = new NativeBuffer();
            using var bytes = new NativeBuffer();
            float[] values = [.. row.Select(value => isPositive ? MathF.Abs(value) : value)];
            values.CopyTo(new Span<float>(x.Room(ByteRow.Stride(row.Length)), row.Length));
            var scale = ByteRow.Activations(x.Floats, row.Length, bytes.Bytes(ByteRow.Stride(row.Length)), isPositive);
            Assert.Equal(values.Max(MathF.Abs) / (isPositive ? 127 : 63), scale, 1e-9f);
            for (var input = 0; input < row.Length; input++)
            {
                var value = bytes.Bytes(0)[input];
                Assert.InRange(value, 0, 127);
                Assert.InRange(scale * (value - (isPositive ? 0 : ByteRow.Zero)) - values[input], -0.501f * scale - 1e-30f, 0.501f * scale + 1e-30f);
            }
        });

    [Fact]
    public void Tile_OfAnyBytes_IsTheirExactProduct() =>
        Gen.Select(Gen.Int[1, 6], Gen.Int[1, 9], Gen.Bool, Gen.Long[0, 1000]).Sample((rows, groups, isLargest, seed) =>
        {
            AssertTile<BytesPortable>(rows, 16 * groups, isLargest, seed);
            if (Avx2.IsSupported) AssertTile<Bytes256>(rows, 16 * groups, isLargest, seed);
            if (Avx512BW.IsSupported) AssertTile<Bytes512>(rows, 16 * groups, isLargest, seed);
    }, threads: 1);

    [Fact]
    public void Multiply_WithAnyKernel_GivesTheSameBits() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[1, 70], Gen.Int[1, 14], Gen.Bool, Gen.Bool, Gen.Bool, Gen.Long[0, 1000])
        .Sample((outputs, inputs, count, add, relu, isPositive, seed) =>
    {
        using var some = new RandomLinear(outputs, inputs, seed);
        using var portable = new ByteMatrix<BytesPortable>(some.Linear);
        using var here = Matrices.Pack(some.Linear, DistTrain.Model.Decoding.DecodingPrecision.Bytes);
        using RandomRows expected = new(portable, count, seed, isPositive), actual = new(here, count, seed, isPositive);
        foreach (var (one, other) in expected.Product(add, relu).Zip(actual.Product(add, relu))) Assert.Equal(one, other);
    }, iter: 60, threads: 1);

    [Fact]
    public void Multiply_OfAnySize_IsTheProductWithinTheRounding() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[1, 300], Gen.Int[1, 8], Gen.Bool, Gen.Bool, Gen.Long[0, 1000])
        .Sample((outputs, inputs, count, add, isPositive, seed) =>
    {
        using var some = new RandomLinear(outputs, inputs, seed);
        using var matrix = Matrices.Pack(some.Linear, DistTrain.Model.Decoding.DecodingPrecision.Bytes);
        using var rows = new RandomRows(matrix, count, seed, isPositive);
        var actual = rows.Product(add, relu: false);
        for (var row = 0; row < count; row++)
            for (var output = 0; output < outputs; output++)
            {
                double sum = some.Linear.Bias[output] + (add ? rows.Before(row, output) : 0), weightSum = 0, xSum = 0, largestX = 0;
                for (var input = 0; input < inputs; input++)
                {
                    var (x, weight) = (rows[row, input], some.Linear.Weights[output * inputs + input]);
                    sum += (double)x * weight;
                    (weightSum, xSum, largestX) = (weightSum + Math.Abs(weight), xSum + Math.Abs(x), Math.Max(largestX, Math.Abs(x)));
                }
                // Half a step of either factor. A step of weights, which are at most 0.5, is at most 0.5 times eight, for a sum of one place, over
                // 254.
                var (stepOfX, stepOfWeights) = (largestX / (isPositive ? 127 : 63), 8 * 0.5 / 254);
                Assert.InRange(actual[row][output] - sum, -Bound(), Bound());

                double Bound() => 0.51 * (stepOfX * weightSum + stepOfWeights * xSum + stepOfX * stepOfWeights * inputs) + 1e-5;
            }
    }, iter: 60, threads: 1);

    private static void AssertTile<T>(int rows, int steps, bool isLargest, long seed) where T : struct, IBytes<T>
    {
        var random = new DeterministicRandom(seed);
        using NativeBuffer x = new(), packed = new(), sums = new();
        var weights = new sbyte[T.Count, steps];
        for (var at = 0; at < rows * steps; at++) x.Bytes(rows * steps)[at] = (byte)(isLargest ? 127 : random.Next(128));
        var to = (sbyte*)packed.Bytes(T.Count * steps);
        for (var output = 0; output < T.Count; output++)
        {
            // Of alternating signs in outputs, so that both ends of 16 bits are reached.
            float[] row = [.. Enumerable.Range(0, steps).Select(_ => isLargest ? 1 - 2 * (output % 2) : (float)random.NextDouble() - 0.5f)];
            var bytes = new sbyte[steps];
            ByteRow.Weights(row, bytes);
            for (var input = 0; input < steps; input++) weights[output, input] = to[input / 4 * 4 * T.Count + output * 4 + input % 4] = bytes[input];
        }
        ByteKernel.Tile<T>(x.Bytes(0), steps, to, steps, rows, (int*)sums.Room(ByteKernel.Rows * T.Count));
        for (var row = 0; row < rows; row++)
            for (var output = 0; output < T.Count; output++)
                Assert.Equal(Enumerable.Range(0, steps).Sum(input => x.Bytes(0)[row * steps + input] * weights[output, input]),
                    ((int*)sums.Floats)[row * T.Count + output]);
    }
}
