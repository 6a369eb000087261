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
}
