using System.Runtime.Intrinsics;
using CsCheck;
using DistTrain.Model.Kernels.Simd;

namespace DistTrain.Model.Tests.Kernels.Simd;

public class VectorMathTests
{
    [Fact]
    public void ExpOfNegative_OfAnyValue_IsTheExponential() =>
        Gen.OneOf(Gen.Float[-87, 0], Gen.Float[-20, 0], Gen.Float[-1e30f, -87], Gen.Const(0f)).Sample(x =>
        {
            var expected = Math.Exp(Math.Max(x, -87));
            var tolerance = (x > -20 ? 1e-6 : 5e-6) * expected;
            Assert.InRange(VectorMath.ExpOfNegative(Vector256.Create(x))[3], expected - tolerance, expected + tolerance);
            Assert.InRange(VectorMath.ExpOfNegative(Vector512.Create(x))[13], expected - tolerance, expected + tolerance);
    });

    [Fact]
    public void ExpOfNegative_OfWhatIsNoNumber_IsNone()
    {
        Assert.True(float.IsNaN(VectorMath.ExpOfNegative(Vector256.Create(float.NaN))[0]));
        Assert.True(float.IsNaN(VectorMath.ExpOfNegative(Vector512.Create(float.NaN))[0]));
    }
}
