using System.Collections.Immutable;
using DistTrain.Shared.Datasets.Preparation;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Phases.Dpo;
using DistTrain.Shared.Jobs.Phases.Supervised;

namespace DistTrain.Worker.Tests.Training;

/// <summary>The sample corpus from its preparation to the end of both phases, with a model that has no time to learn much.</summary>
[Collection(TorchTests.OneAtATime)]
public class SampleJobTests
{
    [Fact]
    public async Task Train_SampleCorpus_PretrainsAlignsAndTranslates()
    {
        var validate = new ValidateSpec
        {
            Beam = 1, MaxSentences = 6, Tokenize = "zh", Translations = "sample:polite-en-zh/validation",
            Track = ImmutableSortedDictionary<string, string>.Empty.Add("polite", "您"),
        };
        var spec = new JobSpec
        {
            Name = "sample",
            Model = new ModelSpec { DModel = 32, Heads = 2, EncoderLayers = 1, DecoderLayers = 1, DFeedForward = 64, Dropout = 0.1, MaxLength = 32 },
            Tokenizer = new TokenizerSpec { VocabSize = 512 },
            Phases =
            [
                new SupervisedPhaseSpec
                {
                    Name = "pretrain", Steps = 12, BatchTokens = 512, Validate = validate,
                    Data = new DataSpec { Train = "sample:polite-en-zh/train", Validation = "sample:polite-en-zh/validation" },
                    Optimizer = new OptimizerSpec { Schedule = "constant", LearningRate = 3e-3 },
                },
                new DpoPhaseSpec
                {
                    Name = "align", Steps = 6, BatchTokens = 512, Validate = validate,
                    Data = new DataSpec { Train = "sample:polite-en-zh/preferences", Validation = "sample:polite-en-zh/preferences-validation" },
                    Optimizer = new OptimizerSpec { Schedule = "constant", LearningRate = 1e-3 },
                },
            ],
        };
        using var job = new TestJob(spec, folder => DataPreparation.Prepare(spec, folder, folder, _ => { }, CancellationToken.None));

        var pretrained = (await job.Train(members: 2))[0];
        var aligned = (await job.Train(members: 2, phase: 1, phaseStart: pretrained.Checkpoints[^1].Folder))[0];

        Assert.True(pretrained.Steps[^1].Loss < pretrained.Steps[0].Loss);
        var validation = Assert.Single(pretrained.Validations);
        Assert.Equal(["bleu", "chrf", "loss", "perplexity", "share/polite"], validation.Metrics.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(6, validation.Samples.Count);
        Assert.Equal(Math.Log(2), aligned.Steps[0].Loss, 1e-4);
        Assert.Equal([0L, 6L], aligned.Validations.Select(each => each.Step));
        Assert.All(aligned.Validations,
            each => Assert.All(new[] { "accuracy", "margin", "loss", "bleu", "chrf", "share/polite", "rewards/margins" },
                name => Assert.True(each.Metrics.ContainsKey(name), name)));
        // The start is its own reference: chance, and not the worst there is.
        Assert.Equal((0.5, 0.0), (aligned.Validations[0].Metrics["accuracy"], aligned.Validations[0].Metrics["margin"]));
        Assert.Equal(aligned.Validations[1].Metrics["rewards/accuracies"], aligned.Validations[1].Metrics["accuracy"]);
        Assert.Equal(validation.Samples, aligned.Validations[0].Samples);
    }
}
