using CsCheck;
using DistTrain.Model.Decoding.Packed;
using DistTrain.Model.Kernels;
using DistTrain.Shared.Datasets;

namespace DistTrain.Model.Tests.Decoding.Packed;

public unsafe class FloatMatrixTests
{
    private static readonly Gen<(int Outputs, int Inputs, int Rows, bool Add, bool Relu, long Seed)> Products =
        Gen.Select(Gen.Int[1, 150], Gen.OneOf(Gen.Int[1, 40], Gen.Int[120, 300]), Gen.Int[1, 10], Gen.Bool, Gen.Bool, Gen.Long[0, 1000]);

    [Fact]
    public void Multiply_WithVectorsOfEitherWidth_IsTheProductWithTheBias() => Products.Sample(size =>
    {
        AssertProduct(size, linear => new FloatMatrix<Floats256, float>(linear), value => value);
        AssertProduct(size, linear => new FloatMatrix<Floats512, float>(linear), value => value);
    }, iter: 60, threads: 1);

    [Fact]
    public void Multiply_WithWeightsInBFloat16_IsTheProductOfTheRoundedWeights() => Products.Sample(size =>
    {
        AssertProduct(size, linear => new FloatMatrix<Floats256, BFloat16>(linear), value => (float)(BFloat16)value);
        AssertProduct(size, linear => new FloatMatrix<Floats512, BFloat16>(linear), value => (float)(BFloat16)value);
    }, iter: 60, threads: 1);

    [Fact]
    public void Multiply_OfARow_DoesNotDependOnTheOthers()
    {
        using var some = new RandomLinear(70, 200, 5);
        using var matrix = new FloatMatrix<Floats256, float>(some.Linear);
        using var rows = new RandomRows(matrix, 7, 5);
        var together = rows.Product(add: true, relu: false);
        for (var row = 0; row < 7; row++) Assert.Equal(together[row], rows.Only(row).Product(add: true, relu: false)[0]);
    }

    private static void AssertProduct((int Outputs, int Inputs, int Rows, bool Add, bool Relu, long Seed) size, Func<Linear, Matrix> pack, Func<float, float> rounded)
    {
        using var some = new RandomLinear(size.Outputs, size.Inputs, size.Seed);
        using var matrix = pack(some.Linear);
        using var rows = new RandomRows(matrix, size.Rows, size.Seed);
        var actual = rows.Product(size.Add, size.Relu);
        for (var row = 0; row < size.Rows; row++)
            for (var output = 0; output < size.Outputs; output++)
            {
                var sum = (double)some.Linear.Bias[output] + (size.Add ? rows.Before(row, output) : 0);
                for (var input = 0; input < size.Inputs; input++) sum += (double)rows[row, input] * rounded(some.Linear.Weights[output * size.Inputs + input]);
                Close.Assert($"row {row}, output {output}", size.Relu ? Math.Max(0, sum) : sum, actual[row][output]);
            }
    }
}

/// <summary>A linear map of random weights and biases.</summary>
internal sealed unsafe class RandomLinear : IDisposable
{
    private readonly NativeBuffer weights = new(), bias = new();

    public RandomLinear(int outputs, int inputs, long seed)
    {
        var random = new DeterministicRandom(seed);
        for (var at = 0; at < outputs * inputs; at++) weights.Room(outputs * inputs)[at] = (float)(random.NextDouble() - 0.5);
        for (var at = 0; at < outputs; at++) bias.Room(outputs)[at] = (float)random.NextDouble();
        Linear = new Linear(weights.Floats, bias.Floats, outputs, inputs);
    }

    public Linear Linear { get; }

    public void Dispose()
    {
        weights.Dispose();
        bias.Dispose();
    }
}

/// <summary>Random rows for a matrix, and what was in the places of their product before.</summary>
internal sealed unsafe class RandomRows : IDisposable
{
    private readonly NativeBuffer x = new(), y = new();
    private readonly Workspace workspace = new();
    private readonly Matrix matrix;
    private readonly float[] before;
    private readonly int rows;
    private readonly bool isPositive;

    public RandomRows(Matrix matrix, int rows, long seed, bool isPositive = false)
    {
        (this.matrix, this.rows, this.isPositive) = (matrix, rows, isPositive);
        var random = new DeterministicRandom(seed + 1);
        x.Room(rows * Stride(matrix.Inputs));
        for (var row = 0; row < rows; row++)
            for (var input = 0; input < matrix.Inputs; input++) x.Floats[row * Stride(matrix.Inputs) + input] = (float)(random.NextDouble() - (isPositive ? 0 : 0.5));
        before = [.. Enumerable.Range(0, (int)(rows * Stride(matrix.Outputs))).Select(_ => (float)random.NextDouble())];
    }

    private RandomRows(RandomRows all, int row)
    {
        (matrix, rows, isPositive) = (all.matrix, 1, all.isPositive);
        new ReadOnlySpan<float>(all.x.Floats + row * Stride(matrix.Inputs), matrix.Inputs).CopyTo(new Span<float>(x.Room(Stride(matrix.Inputs)), matrix.Inputs));
        before = all.before[(int)(row * Stride(matrix.Outputs))..];
    }

    public float this[int row, int input] => x.Floats[row * Stride(matrix.Inputs) + input];

    public float Before(int row, int output) => before[row * Stride(matrix.Outputs) + output];

    public RandomRows Only(int row) => new(this, row);

    public float[][] Product(bool add, bool relu)
    {
        var stride = Stride(matrix.Outputs);
        before.AsSpan(0, (int)(rows * stride)).CopyTo(new Span<float>(y.Room(rows * stride), (int)(rows * stride)));
        matrix.Multiply(x.Floats, rows, y.Floats, workspace, add, relu, isPositive);
        return [.. Enumerable.Range(0, rows).Select(row => new ReadOnlySpan<float>(y.Floats + row * stride, matrix.Outputs).ToArray())];
    }

    public void Dispose()
    {
        x.Dispose();
        y.Dispose();
        workspace.Dispose();
    }

    private static nint Stride(int width) => Matrix.Stride(width);
}
