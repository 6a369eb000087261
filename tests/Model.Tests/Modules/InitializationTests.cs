using DistTrain.Model.Modules;
using TorchSharp;

namespace DistTrain.Model.Tests.Modules;

public class InitializationTests
{
    [Fact]
    public void Initialize_WithASeed_GivesTheSameWeightsEveryTime()
    {
        using var first = Small.Model(seed: 7);
        using var again = Small.Model(seed: 7);
        using var other = Small.Model(seed: 8);
        Assert.Equal(first.Hash(), again.Hash());
        Assert.NotEqual(first.Hash(), other.Hash());
    }

    [Fact]
    public void Initialize_LeavesTorchsOwnGeneratorAlone()
    {
        float Next(Action between)
        {
            torch.manual_seed(3);
            between();
            using var random = torch.rand(1);
            return random.item<float>();
        }
        using var model = new Transformer(Small.Options);
        Assert.Equal(Next(() => { }), Next(() => Initialization.Initialize(model, 5)));
    }

    [Fact]
    public void Initialize_OfEachKindOfParameter_HasItsSpread()
    {
        using var parameters = Small.Model(Small.Options with { DModel = 64, VocabularySize = 500 });
        foreach (var slice in parameters.Slices)
        {
            var values = parameters.Values.Slice(slice.Offset, slice.Length).ToArray();
            var deviation = Math.Sqrt(values.Average(value => (double)value * value));
            var expected = slice switch
            {
                { Shape.Count: 1 } when slice.Name.Contains("norm", StringComparison.Ordinal)
                    && slice.Name.EndsWith("weight", StringComparison.Ordinal) => 1,
                { Shape.Count: 1 } => 0,
                { Name: "embedding.weight" } => 1 / 8.0,
                _ => Math.Sqrt(2.0 / (slice.Shape[0] + slice.Shape[1])),
            };
            Close.Assert(slice.Name, expected, deviation, relative: 0.05);
        }
    }
}
