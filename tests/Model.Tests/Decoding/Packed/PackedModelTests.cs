using CsCheck;
using DistTrain.Model.Decoding;
using DistTrain.Model.Decoding.Packed;
using DistTrain.Model.Decoding.Recomputed;
using DistTrain.Model.Modules;
using DistTrain.Model.Translation;
using DistTrain.Model.Weights;
using DistTrain.Shared;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Tests.Decoding.Packed;

public unsafe class PackedModelTests
{
    private static readonly Gen<int[][]> Sources = Small.Sentence.Where(sentence => sentence.Length > 0).Array[1, 6];

    [Fact]
    public void Step_OfAnyModel_GivesWhatAFullPassGives() =>
        Gen.Select(Small.AnyOptions, Sources, Gen.Int[1, 4], Gen.Long[0, 100]).Sample((options, sources, width, seed) =>
        {
            using var parameters = Small.Model(options, seed);
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            var (beams, random) = (Beams(sources, width), new DeterministicRandom(seed));
            using var recomputed = new RecomputedSteps(parameters.Model, sources, beams);
            using var model = PackedModel.Of(parameters.Model, DecodingPrecision.Full);
            using var workspace = new Workspace();
            model.Know(options.MaxLength);
            var (pool, rows) = (new Stack<NativeBuffer>(), new StepRows());
            List<SearchedSentence> sentences =
                [.. beams.Zip(sources, (beam, source) => new SearchedSentence(beam, source, model.MemoryStride, pool))];
            model.Encode(sentences, workspace);
            for (var position = 0; position < 6 && beams.Any(beam => !beam.IsDone); position++)
            {
                rows.Clear();
                foreach (var sentence in sentences) sentence.Take(rows);
                model.Step(rows, workspace);
                var expected = recomputed.Next();
                Assert.Equal(expected.shape[0], rows.Count);
                for (var row = 0; row < rows.Count; row++)
                    Close.Assert($"position {position}, row {row}", expected[row].ToArray(),
                        new ReadOnlySpan<float>(workspace.Stream.Floats + row * Matrix.Stride(options.DModel), options.DModel), relative: 1e-4);
                // Parents, tokens and ends at random: beams change their order, lose hypotheses and are done.
                foreach (var beam in beams.Where(beam => !beam.IsDone))
                    beam.Advance(
                        [.. Enumerable.Range(0, 2 * width)
                            .Select(_ => new Beam.Candidate(random.Pick(beam.Live), 2 + random.Next(9), -random.NextDouble()))]);
            }
        }, iter: 40, threads: 1);

    [Fact]
    public void Translate_OfASource_IsTheSameToTheLastBitWithAnyThreadsAndCompanions()
    {
        var before = get_num_threads();
        foreach (var precision in Enum.GetValues<DecodingPrecision>())
            foreach (var (options, sources, beam, seed) in Gen.Select(Small.AnyOptions, Sources, Gen.Int[1, 5], Gen.Long[0, 100]).Cases(15))
            {
                using var parameters = Small.Model(options, seed, scale: 2);
                var translator = new Translator(parameters.Model);
                var decoding = new DecodingOptions { Beam = beam, NBest = beam, Precision = precision };
                set_num_threads(3);
                var expected = translator.TranslateNBest(sources, decoding);
                foreach (var (threads, tokens) in new[] { (1, 24576), (2, 60), (4, 1) })
                {
                    set_num_threads(threads);
                    foreach (var (one, other) in expected.SelectMany(best => best)
                        .Zip(translator.TranslateNBest(sources, decoding with { TokensAtOnce = tokens }).SelectMany(best => best)))
                    {
                        Assert.Equal(one.Tokens, other.Tokens);
                        Assert.Equal(one.Score, other.Score);
                    }
                }
            }
        set_num_threads(before);
    }

    [Fact]
    public void Translate_WithRoundedWeights_GivesItsTranslationsNearlyTheModelsLogProbabilities()
    {
        foreach (var (precision, bound) in new[] { (DecodingPrecision.BFloat16, 0.02), (DecodingPrecision.Bytes, 0.1) })
            foreach (var (options, sources, seed) in Gen.Select(Small.AnyOptions, Sources, Gen.Long[0, 100]).Cases(25))
            {
                using var parameters = Small.Model(options, seed);
                var translator = new Translator(parameters.Model);
                var found = translator.Translate(sources, new DecodingOptions { Beam = 3, Precision = precision, ExtraLength = 3 });
                var forced = translator.Score(sources, [.. found.Select(hypothesis => hypothesis.Tokens.ToArray())]);
                foreach (var (hypothesis, exact) in found.Zip(forced))
                {
                    // What was cut has no end mark.
                    var expected = hypothesis.IsCut ? exact.TokenLogProbabilities.SkipLast(1).Sum() : exact.LogProbability;
                    Assert.InRange((hypothesis.LogProbability - expected) / (hypothesis.Tokens.Count + 1), -bound, bound);
                }
            }
    }

    [Fact]
    public void Translate_OfAModelFile_IsThatOfTheModelAndNeedsNoModule()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("disttrain-packed-").FullName, "model.safetensors");
        foreach (var (options, sources, seed) in Gen.Select(Small.AnyOptions, Sources, Gen.Long[0, 100]).Cases(20))
        {
            using var parameters = Small.Model(options, seed, scale: 2);
            ModelFile.Save(file, parameters, options);
            var ofFile = new Translator(file, new Lazy<Transformer>(() => throw new InvalidOperationException("A search needs no module.")),
                threads: 2);
            foreach (var (expected, found) in new Translator(parameters.Model).Translate(sources, new()).Zip(ofFile.Translate(sources, new())))
            {
                Assert.Equal(expected.Tokens, found.Tokens);
                Assert.Equal(expected.Score, found.Score);
            }
        }
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Fact]
    public void PackedModel_OfAModelFile_HoldsNothingThatItHasPacked()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("disttrain-packed-").FullName, "model.safetensors");
        foreach (var (options, precision, seed) in Gen.Select(Small.AnyOptions, Gen.Enum<DecodingPrecision>(), Gen.Long[0, 100]).Cases(20))
        {
            using var parameters = Small.Model(options, seed);
            ModelFile.Save(file, parameters, options);
            using var stored = new StoredWeights(file);
            using var model = new PackedModel(options, stored.At, precision, stored.LetGo);

            var expected = parameters.Slices.Select(slice => slice.Name)
                .Where(name => name.Contains("norm", StringComparison.Ordinal) || name.Contains("embedding", StringComparison.Ordinal)
                || (name == "output_projection.weight" && precision != DecodingPrecision.Full));
            Assert.Equal(expected.Order(StringComparer.Ordinal), stored.Held.Order(StringComparer.Ordinal));
            stored.End();
        }
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Fact]
    public void Translate_OfAModelFileOfOtherSizes_IsRefused()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("disttrain-packed-").FullName, "model.safetensors");
        using var parameters = Small.Model();
        ModelFile.Save(file, parameters, Small.Options with { DFeedForward = 25 });
        var translator = new Translator(file, new Lazy<Transformer>(() => parameters.Model), threads: 1);
        Assert.Contains("The file belongs to a model of other sizes",
            Assert.Throws<InvalidDataException>(() => translator.Translate([[3]], new())).Message, StringComparison.Ordinal);
        ModelFile.Save(file, parameters, Small.Options with { DecoderLayers = 1 });
        translator = new Translator(file, new Lazy<Transformer>(() => parameters.Model), threads: 1);
        Assert.Contains("has no place in the model", Assert.Throws<InvalidDataException>(() => translator.Translate([[3]], new())).Message,
            StringComparison.Ordinal);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Fact]
    public void Translate_OfAnUnknownToken_Fails()
    {
        using var parameters = Small.Model();
        Assert.StartsWith($"Token {Small.Vocabulary} is not in the model's vocabulary of {Small.Vocabulary} tokens.",
            Assert.Throws<ArgumentException>(() =>
                new Translator(parameters.Model).Translate([[3], [Small.Vocabulary]], new DecodingOptions())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Translate_AfterTheWeightsChanged_UsesTheNewOnes()
    {
        using var parameters = Small.Model(seed: 1, scale: 2);
        using var other = Small.Model(seed: 2, scale: 2);
        var (translator, options) = (new Translator(parameters.Model), new DecodingOptions());
        var before = translator.Translate([[3, 4, 5]], options)[0];
        other.Values.CopyTo(parameters.ChangeValues().Host.Span);
        var after = translator.Translate([[3, 4, 5]], options)[0];
        Assert.NotEqual(before.Score, after.Score);
        Assert.Equal(new Translator(other.Model).Translate([[3, 4, 5]], options)[0].Score, after.Score);
    }

    private static Beam[] Beams(int[][] sources, int width) =>
        [.. sources.Select((_, index) => new Beam(index, 99, new DecodingOptions { Beam = width, NBest = width }, new LikeliestTokens()))];
}
