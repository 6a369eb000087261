using CsCheck;
using DistTrain.Model.Batches;
using DistTrain.Model.Modules;
using DistTrain.Model.Objectives;
using DistTrain.Model.Objectives.Preferences;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Tests.Objectives;

public class DpoObjectiveTests
{
    private static readonly Gen<PreferencePairs> Preferences =
        Gen.Select(Small.Sentence, Small.Sentence, Small.Sentence, Small.Sentence, Gen.Double[-30, 0], Gen.Double[-30, 0]).Array[1, 5]
        .Select(pairs => new PreferencePairs(
            [.. pairs.Select(pair => pair.Item1)],
            [.. pairs.Select(pair => pair.Item2.Concat(pair.Item3).ToArray())], [.. pairs.Select(pair => pair.Item2.Concat(pair.Item4).ToArray())],
            [.. pairs.Select(pair => pair.Item5)], [.. pairs.Select(pair => pair.Item6)]));

    [Fact]
    public void Backward_OfAnyModelAndBatch_EqualsAutogradThroughLogSigmoid() =>
        Gen.Select(Small.AnyOptions, Preferences, Gen.OneOf(0.1, 0.5)).Sample((options, pairs, beta) =>
            AssertEqualsAutograd(options, pairs, beta), iter: 40, threads: 1);

    /// <summary>What both have in common is no preference. Not even rounding may be left of it, of which Adam would make whole steps.</summary>
    [Fact]
    public void Backward_OfSidesThatAreAlike_GivesExactlyNoGradient() => Gen.Select(Small.AnyOptions, Preferences).Sample((options, pairs) =>
        {
            using var parameters = Small.Model(options);
            new DpoObjective(parameters, new SigmoidLoss(0.1)).Backward(pairs with { Rejected = pairs.Chosen }, seed: 0);
            Assert.All(parameters.Gradients.ToArray(), gradient => Assert.Equal(0, gradient));
    }, iter: 20, threads: 1);

    [Fact]
    public void Backward_OfMoreRowsThanAChunkHolds_EqualsAutogradThroughLogSigmoid()
    {
        const int vocabulary = 6000;
        var random = new Random(1);
        int[][] Sentences() =>
            [.. Enumerable.Range(0, 20).Select(_ => Enumerable.Range(0, random.Next(1, 9)).Select(_ => random.Next(3, vocabulary)).ToArray())];
        double[] Scores() => [.. Enumerable.Range(0, 20).Select(_ => -40 * random.NextDouble())];
        AssertEqualsAutograd(Small.Options with { VocabularySize = vocabulary },
            new PreferencePairs(Sentences(), Sentences(), Sentences(), Scores(), Scores()), 0.1);
    }

    [Fact]
    public void Backward_OfAPolicyThatIsItsReference_HasLossLn2AndNoReward()
    {
        using var parameters = Small.Model(Small.Options with { Dropout = 0.5 });
        var pairs = SomePreferences(parameters.Model);
        var sums = new DpoObjective(parameters, new SigmoidLoss(0.1)).Backward(pairs, seed: 0);
        Assert.Equal(pairs.Sources.Length, sums.Units);
        Close.Assert("mean loss", Math.Log(2), sums.Loss / sums.Units, 1e-6, 1e-6);
        Close.Assert("margin", 0, sums.Metrics[3]);
        Close.Assert("chosen", pairs.ReferenceChosen.Sum(), sums.Metrics[4]);
        Close.Assert("rejected", pairs.ReferenceRejected.Sum(), sums.Metrics[5]);
    }

    [Fact]
    public void Backward_ThenAStepAgainstTheGradient_RaisesTheMargin()
    {
        using var parameters = Small.Model();
        var objective = new DpoObjective(parameters, new SigmoidLoss(0.1));
        var pairs = SomePreferences(parameters.Model);
        objective.Backward(pairs, seed: 0);
        for (var i = 0; i < parameters.Values.Length; i++) parameters.ChangeValues().Host.Span[i] -= 0.003f * parameters.Gradients[i];
        var after = objective.Evaluate(pairs);
        Assert.True(after.Loss / after.Units < Math.Log(2));
        Assert.True(after.Metrics[3] > 0);
        Assert.InRange(after.Metrics[2], 1, after.Units);
    }

    [Fact]
    public void Evaluate_EqualsBackwardsSums_AndAddsUpOverParts()
    {
        using var parameters = Small.Model();
        var objective = new DpoObjective(parameters, new SigmoidLoss(0.1));
        var pairs = SomePreferences(parameters.Model) with { ReferenceChosen = [-9, -12, -5] };
        var whole = objective.Evaluate(pairs);
        Assert.All(parameters.Gradients.ToArray(), value => Assert.Equal(0, value));
        var parts = objective.Evaluate(Part(pairs, 0, 1)) + objective.Backward(Part(pairs, 1, 3), seed: 0);
        Close.Assert("loss", whole.Loss, parts.Loss);
        for (var metric = 0; metric < whole.Metrics.Count; metric++)
            Close.Assert(objective.MetricNames[metric], whole.Metrics[metric], parts.Metrics[metric]);
    }

    [Fact]
    public void EmptyBatch_GivesZeros()
    {
        using var parameters = Small.Model();
        var objective = new DpoObjective(parameters, new SigmoidLoss(0.1));
        var sums = objective.Backward(new PreferencePairs([], [], [], [], []), seed: 0);
        Assert.Equal((0, 0, objective.MetricNames.Count), (sums.Loss, sums.Units, sums.Metrics.Count));
    }

    [Fact]
    public void Backward_ManyTimes_LeavesNoTensorBehind()
    {
        using var parameters = Small.Model();
        var objective = new DpoObjective(parameters, new SigmoidLoss(0.1));
        var pairs = SomePreferences(parameters.Model);
        Small.AssertNothingIsLeft(() => objective.Backward(pairs, seed: 0));
        Small.AssertNothingIsLeft(() => objective.Evaluate(pairs));
    }

    private static void AssertEqualsAutograd(TransformerOptions options, PreferencePairs pairs, double beta)
    {
        using var scope = NewDisposeScope();
        using var parameters = Small.Model(options);
        var sums = new DpoObjective(parameters, new SigmoidLoss(beta)).Backward(pairs, seed: 0);
        using var plain = Small.Model(options);
        var margins = (LogProbabilities(plain.Model, pairs.Sources, pairs.Chosen) - tensor(pairs.ReferenceChosen, ScalarType.Float32))
            - (LogProbabilities(plain.Model, pairs.Sources, pairs.Rejected) - tensor(pairs.ReferenceRejected, ScalarType.Float32));
        var loss = -nn.functional.logsigmoid(margins * beta).sum();
        loss.backward();
        Close.Assert("loss", loss.item<float>(), sums.Loss, relative: 1e-4);
        Close.Assert("gradient", plain.Gradients, parameters.Gradients, relative: 1e-3, absolute: 1e-4);
    }

    private static PreferencePairs SomePreferences(Transformer reference)
    {
        int[][] sources = [[3, 4, 5, 6, 7], [8], [9, 10]];
        int[][] chosen = [[11, 12], [13, 14, 15], [16]];
        int[][] rejected = [[4], [5, 6, 7, 8], []];
        return new PreferencePairs(sources, chosen, rejected,
            SequenceScores.LogProbabilities(reference, new SentencePairs(sources, chosen)),
            SequenceScores.LogProbabilities(reference, new SentencePairs(sources, rejected)));
    }

    private static PreferencePairs Part(PreferencePairs pairs, int from, int to) =>
        new(pairs.Sources[from..to], pairs.Chosen[from..to], pairs.Rejected[from..to], pairs.ReferenceChosen[from..to],
            pairs.ReferenceRejected[from..to]);

    /// <summary>Plain autograd: each pair alone.</summary>
    private static Tensor LogProbabilities(Transformer model, int[][] sources, int[][] targets) => stack(sources.Zip(targets, (source, target) =>
        {
            var padded = PaddedPairs.From([source], [target]);
            var logits = model.Project(model.Decode(padded.TargetInput_GT, model.Encode(padded.Source_BS), padded.Source_BS));
            return logits.log_softmax(-1).gather(2, padded.Labels_GT.unsqueeze(2)).sum();
    }).ToArray());
}
