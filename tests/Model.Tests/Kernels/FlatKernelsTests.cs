using CsCheck;
using DistTrain.Model.Kernels;
using static TorchSharp.torch;

namespace DistTrain.Model.Tests.Kernels;

/// <summary>What the optimizer's tests do not say of the operations on flat buffers, at lengths on both sides of a block.</summary>
public class FlatKernelsTests
{
    private static readonly Gen<(KernelsKind Kind, float[] Values)> AnyVector = Gen.Select(Gen.Enum<KernelsKind>(),
        Gen.OneOf(Gen.Int[0, 70], Gen.Int[65_500, 132_000]).SelectMany(length => Gen.Float[-100, 100].Array[length]));

    [Fact]
    public void Norm_OfAnyLength_IsTheRootOfTheSumOfSquares() => AnyVector.Sample((kind, values) =>
        {
            using var vector = tensor(values);
            var expected = Math.Sqrt(values.Sum(value => (double)value * value));
            Close.Assert("norm", expected, kind.Kernels(ScalarType.Float32).Norm(vector), kind == KernelsKind.Vector ? 1e-12 : 1e-6, 0);
    }, iter: 60, threads: 1);

    [Fact]
    public void MoveAverage_OfAnyLength_GoesAPartOfTheWay() => AnyVector.Sample((kind, values) =>
        {
            using var current = tensor(values);
            using var average = ones(values.Length);
            kind.Kernels(ScalarType.Float32).MoveAverage(current, 0.25f, average);
            Close.Assert("average", [.. values.Select(value => 1 + 0.25f * (value - 1))], average.ToArray());
    }, iter: 30, threads: 1);

    [Fact]
    public void Adam_OfAnyLength_RoundsTheNewValuesAndClearsTheGradients() =>
        Gen.Select(AnyVector, Gen.Enum<Precision>()).Sample((vector, precision) =>
        {
            using var scope = NewDisposeScope();
            var kernels = vector.Kind.Kernels(precision.Type());
            // Whole numbers: their squares are numbers too.
            float[] whole = [.. vector.Values.Select(value => MathF.Round(value))];
            var (gradients, values) = (tensor(whole), ones(whole.Length));
            var rounded = empty(whole.Length, precision.Type());
            // Without moments of steps before, m = (1 - b1) g and v = (1 - b2) g^2:
            // with these coefficients a step of 0.5 against the gradient's sign.
            var coefficients = new AdamCoefficients(1, 0, 1, 0, 1, 0.5f, 1, 1e-20f, 1);
            kernels.Adam(coefficients, gradients, zeros_like(values), zeros_like(values), values, rounded);
            Close.Assert("values", [.. whole.Select(value => 1 - 0.5f * Math.Sign(value))], values.ToArray());
            Assert.Equal(values.to(precision.Type()).to(ScalarType.Float32).ToArray(), rounded.to(ScalarType.Float32).ToArray());
            Assert.All(gradients.ToArray(), value => Assert.Equal(0, value));
    }, iter: 40, threads: 1);
}
