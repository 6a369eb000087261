using CsCheck;
using DistTrain.Model.Decoding;
using DistTrain.Model.Translation;
using DistTrain.Shared.Text;
using TorchSharp;
using static DistTrain.Model.Tests.Decoding.NaiveSearch;
using static TorchSharp.torch;

namespace DistTrain.Model.Tests.Translation;

/// <summary>How long translations may be, and what options may ask for.</summary>
public partial class TranslatorTests
{
    [Fact]
    public void Translate_WhenTheModelNeverEnds_StopsAtTheBounds()
    {
        using var parameters = Small.Model(Small.Options with { TieEmbeddings = false, MaxLength = 12 });
        NeverSay(parameters.Model, SpecialTokens.Eos);
        var translator = new Translator(parameters.Model);
        foreach (var beam in new[] { 1, 4 })
        {
            var (models, own) = (translator.Translate([[3, 4, 5]], new DecodingOptions { Beam = beam })[0],
                translator.Translate([[3, 4, 5]], new DecodingOptions { Beam = beam, LengthFactor = 1.5, ExtraLength = 2 })[0]);
            Assert.Equal((12, true, 7, true), (models.Tokens.Count, models.IsCut, own.Tokens.Count, own.IsCut));
        }
    }

    [Fact]
    public void Translate_WithLengths_KeepsThem()
    {
        foreach (var (sources, beam, shortest, more, seed) in Gen.Select(Sources, Gen.Int[1, 4], Gen.Int[0, 9], Gen.Int[0, 3], Gen.Long[0, 100])
            .Cases(20))
        {
            using var parameters = Small.Model(seed: seed, scale: 2);
            var options = new DecodingOptions
            {
                Beam = beam,
                NBest = beam,
                MinLength = shortest,
                MaxLength = Math.Max(1, shortest + more),
                LengthFactor = 1,
                ExtraLength = 2,
            };
            foreach (var (source, best) in sources.Zip(new Translator(parameters.Model).TranslateNBest(sources, options)))
                Assert.All(best,
                    hypothesis =>
                        Assert.InRange(hypothesis.Tokens.Count, shortest, Math.Min(options.MaxLength.Value, Math.Max(shortest, source.Length + 2))));
        }
    }

    public static TheoryData<DecodingOptions, string> WrongOptions => new()
    {
        { new() { Beam = 0 }, "The beam is 0, but must be at least 1 (greedy search)." },
        { new() { LengthPenalty = -1 }, "The length penalty is -1, but must be at least 0 (off)." },
        { new() { LengthPenalty = double.NaN }, "The length penalty is NaN, but must be at least 0 (off)." },
        { new() { NBest = 0 }, "0 best translations are asked for. Ask for at least 1." },
        { new() { Beam = 2, NBest = 3 },
            "3 best translations are asked for, but a beam of 2 finds at most as many as it is wide. Widen the beam to 3 or more." },
        { new() { MaxLength = 21 }, "The maximum length is 21, but must be from 1 to the 20 tokens (max_length) of the model." },
        { new() { MinLength = 5, MaxLength = 4 }, "The minimum length is 5, but must be from 0 to the maximum length of 4." },
        { new() { LengthFactor = -0.1 }, $"The length factor is {-0.1}, but must be from 0 to 1000 tokens for each token of the source." },
        { new() { LengthFactor = double.NaN }, $"The length factor is {double.NaN}, but must be from 0 to 1000 tokens for each token of the " +
            "source." },
        { new() { ExtraLength = -1 }, "The extra length is -1, but must be at least 0." },
        { new() { NoRepeatNgram = -1 }, "Sequences of -1 tokens are not to be repeated, but that number must be at least 0 (off)." },
        { new() { Sampling = new() }, "Sampling follows one hypothesis, but the beam is 4. Sample with a beam of 1." },
        { new() { Beam = 1, Sampling = new() { Temperature = 0 } },
            "The temperature is 0, but must be greater than 0. For the likeliest tokens, search instead of sampling." },
        { new() { Beam = 1, Sampling = new() { TopK = -1 } }, "top-k is -1, but must be at least 0 (all tokens)." },
        { new() { Beam = 1, Sampling = new() { TopP = 1.1 } }, "top-p is 1.1, but must be greater than 0 and at most 1 (all tokens)." },
    };

    [Theory]
    [MemberData(nameof(WrongOptions), DisableDiscoveryEnumeration = true)]
    public void TranslateNBest_WithWrongOptions_SaysWhatIsWrong(DecodingOptions options, string problem)
    {
        using var parameters = Small.Model();
        Assert.StartsWith(problem, Assert.Throws<ArgumentException>(() => new Translator(parameters.Model).TranslateNBest([[3]], options)).Message,
            StringComparison.Ordinal);
    }
}
