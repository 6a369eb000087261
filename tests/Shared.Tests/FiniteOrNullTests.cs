using System.Text.Json;

namespace DistTrain.Shared.Tests;

public sealed class FiniteOrNullTests
{
    private static readonly JsonSerializerOptions Form = new() { Converters = { new FiniteOrNull() } };

    [Theory]
    [InlineData("null", double.NaN)]
    [InlineData("\"NaN\"", double.NaN)]
    [InlineData("\"Infinity\"", double.PositiveInfinity)]
    [InlineData("\"-Infinity\"", double.NegativeInfinity)]
    [InlineData("1.5", 1.5)]
    public void Read_NullNameOrNumber_IsTheNumber(string json, double number) => Assert.Equal(number, JsonSerializer.Deserialize<double>(json, Form));

    [Fact]
    public void Read_AnotherWord_IsRefused() => Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<double>("\"much\"", Form));

    [Fact]
    public void Write_ThenRead_IsTheSame()
    {
        double[] numbers = [double.NaN, -1.25, 0, 1e300];
        float[] shorter = [float.NaN, 0.1f];

        Assert.Equal(numbers, JsonSerializer.Deserialize<double[]>(JsonSerializer.Serialize(numbers, Form), Form));
        Assert.Equal("[null,0.1]", JsonSerializer.Serialize(shorter, Form));
        Assert.Equal(shorter, JsonSerializer.Deserialize<float[]>("[null,0.1]", Form));
    }
}
