using DistTrain.Model.Decoding;

namespace DistTrain.Model.Tests.Decoding;

public class DecodingOptionsTests
{
    [Theory]
    [InlineData(null, 50, 1, 54)]
    [InlineData(null, 50, 20, 130)]
    [InlineData(1.0, 50, 20, 70)]
    [InlineData(1.1, 0, 10, 11)]
    [InlineData(1.11, 0, 10, 12)]
    [InlineData(0.0, 0, 10, 1)]
    [InlineData(0.0, 7, 10, 7)]
    [InlineData(1.0, 0, 199, 199)]
    [InlineData(1.0, 0, 200, 200)]
    [InlineData(1.0, 0, 201, 200)]
    [InlineData(1000.0, int.MaxValue, int.MaxValue, 200)]
    public void Limit_OfASource_IsFactorTimesItsTokensAndTheConstant(double? factor, int extra, int source, int limit) =>
        Assert.Equal(limit, new DecodingOptions { LengthFactor = factor, ExtraLength = extra }.Limit(source, modelMaxLength: 200));

    [Theory]
    [InlineData(0, 30, 30)]
    [InlineData(0, 70, 60)]
    [InlineData(65, 70, 65)]
    [InlineData(65, null, 65)]
    public void Limit_WithOtherLengths_KeepsThem(int shortest, int? longest, int limit) =>
        Assert.Equal(limit, new DecodingOptions { MinLength = shortest, MaxLength = longest, LengthFactor = 1 }.Limit(10, modelMaxLength: 200));
}
