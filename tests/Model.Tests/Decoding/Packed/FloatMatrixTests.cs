using CsCheck;
using DistTrain.Model.Decoding.Packed;
using DistTrain.Model.Kernels.Simd;
using DistTrain.Shared;

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

    private static void AssertProduct((int Outputs, int Inputs, int Rows, bool Add, bool Relu, long Seed) size, Func<Linear, Matrix> pack,
        Func<float, float> rounded)
    {
        using var some = new RandomLinear(size.Outputs, size.Inputs, size.Seed);
        using var matrix = pack(some.Linear);
        using var rows = new RandomRows(matrix, size.Rows, size.Seed);
        var actual = rows.Product(size.Add, size.Relu);
        for (var row = 0; row < size.Rows; row++)
            for (var output = 0; output < size.Outputs; output++)
            {
                var sum = (double)some.Linear.Bias[output] + (size.Add ? rows.Before(row, output) : 0);
                for (var input = 0; input < size.Inputs; input++)
                    sum += (double)rows[row, input] * rounded(some.Linear.Weights[output * size.Inputs + input]);
                Close.Assert($"row {row}, output {output}", size.Relu ? Math.Max(0, sum) : sum, actual[row][output]);
            }
    }
}

/// <summary>A linear map of random weights and biases.</summary>
internal sealed unsafe class RandomLinear : IDisposable
{
    private readonly NativeBuffer _weights = new(), _bias = new();

    public RandomLinear(int outputs, int inputs, long seed)
    {
        var random = new DeterministicRandom(seed);
        for (var at = 0; at < outputs * inputs; at++) _weights.Room(outputs * inputs)[at] = (float)(random.NextDouble() - 0.5);
        for (var at = 0; at < outputs; at++) _bias.Room(outputs)[at] = (float)random.NextDouble();
        Linear = new Linear(_weights.Floats, _bias.Floats, outputs, inputs);
    }

    public Linear Linear { get; }

    public void Dispose()
    {
        _weights.Dispose();
        _bias.Dispose();
    }
}

/// <summary>Random rows for a matrix, and what was in the places of their product before.</summary>
internal sealed unsafe class RandomRows : IDisposable
{
    private readonly NativeBuffer _x = new(), _y = new();
    private readonly Workspace _workspace = new();
    private readonly Matrix _matrix;
    private readonly float[] _before;
    private readonly int _rows;
    private readonly bool _isPositive;

    public RandomRows(Matrix matrix, int rows, long seed, bool isPositive = false)
    {
        (_matrix, _rows, _isPositive) = (matrix, rows, isPositive);
        var random = new DeterministicRandom(seed + 1);
        _x.Room(rows * Stride(matrix.Inputs));
        for (var row = 0; row < rows; row++)
            for (var input = 0; input < matrix.Inputs; input++)
                _x.Floats[row * Stride(matrix.Inputs) + input] = (float)(random.NextDouble() - (isPositive ? 0 : 0.5));
        _before = [.. Enumerable.Range(0, (int)(rows * Stride(matrix.Outputs))).Select(_ => (float)random.NextDouble())];
    }

    private RandomRows(RandomRows all, int row)
    {
        (_matrix, _rows, _isPositive) = (all._matrix, 1, all._isPositive);
        new ReadOnlySpan<float>(all._x.Floats + row * Stride(_matrix.Inputs), _matrix.Inputs)
            .CopyTo(new Span<float>(_x.Room(Stride(_matrix.Inputs)), _matrix.Inputs));
        _before = all._before[(int)(row * Stride(_matrix.Outputs))..];
    }

    public float this[int row, int input] => _x.Floats[row * Stride(_matrix.Inputs) + input];

    public float Before(int row, int output) => _before[row * Stride(_matrix.Outputs) + output];

    public RandomRows Only(int row) => new(this, row);

    public float[][] Product(bool add, bool relu)
    {
        var stride = Stride(_matrix.Outputs);
        _before.AsSpan(0, (int)(_rows * stride)).CopyTo(new Span<float>(_y.Room(_rows * stride), (int)(_rows * stride)));
        _matrix.Multiply(_x.Floats, _rows, _y.Floats, _workspace, add, relu, _isPositive);
        return [.. Enumerable.Range(0, _rows).Select(row => new ReadOnlySpan<float>(_y.Floats + row * stride, _matrix.Outputs).ToArray())];
    }

    public void Dispose()
    {
        _x.Dispose();
        _y.Dispose();
        _workspace.Dispose();
    }

    private static nint Stride(int width) => Matrix.Stride(width);
}
