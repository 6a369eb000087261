using DistTrain.Shared.Metrics;

namespace DistTrain.Shared.Tests.Metrics;

public sealed class MetricTextTests
{
    [Theory]
    [InlineData("bleu", 39.66123, "bleu 39.66")]
    [InlineData("loss", 2.34567, "loss 2.35")]
    [InlineData("loss", 0.69315, "loss 0.693")]
    [InlineData("margin", -0.01234, "margin -0.012")]
    [InlineData("accuracy", 0.58249, "accuracy 58.2 %")]
    [InlineData("rewards/accuracies", 1, "rewards/accuracies 100.0 %")]
    [InlineData("share/polite", 0.998, "share/polite 99.8 %")]
    [InlineData("bleu", 0, "bleu 0.00")]
    [InlineData("loss", double.NaN, "loss NaN")]
    public void Of_Value_IsRoundedForPeople(string name, double value, string expected) => Assert.Equal(expected, MetricText.Of(name, value));

    [Theory]
    [InlineData("bleu", 39.66, 38.1, "39.66", "38.10")]
    [InlineData("loss", 1.23412, 1.23408, "1.23412", "1.23408")]
    [InlineData("loss", 1.0001, 0.9999, "1.00", "1.000")]
    [InlineData("accuracy", 0.58221, 0.58219, "58.221 %", "58.219 %")]
    [InlineData("loss", 0.7, 0.7, "0.700", "0.700")]
    [InlineData("loss", double.NaN, 0.7, "NaN", "0.700")]
    [InlineData("bleu", 30, 30.000000000000004, "30.000000000000000", "30.000000000000004")]
    public void Apart_TwoValues_HaveTheDigitsThatTellThemApart(string name, double one, double other, string expected, string beside) =>
        Assert.Equal((expected, beside), MetricText.Apart(name, one, other));

    [Theory]
    [InlineData(0, "0 workers")]
    [InlineData(1, "1 worker")]
    [InlineData(1000, "1000 workers")]
    public void Count_OfThings_HasThePluralButForOne(long count, string text) => Assert.Equal(text, MetricText.Count(count, "worker"));
}
