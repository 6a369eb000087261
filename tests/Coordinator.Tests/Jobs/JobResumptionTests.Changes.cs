using DistTrain.Coordinator.Jobs;

namespace DistTrain.Coordinator.Tests.Jobs;

/// <summary>What a file may change of a job that has trained.</summary>
public partial class JobResumptionTests
{
    [Theory]
    [InlineData("seed")]
    [InlineData("model.dropout")]
    [InlineData("tokenizer.vocab_size")]
    [InlineData("phases[0].batch_tokens")]
    [InlineData("phases[0].data.train")]
    public void Of_WhatTheTrainedDependsOn_IsRefusedWithPathAndRemedy(string path)
    {
        var wanted = path switch
        {
            "seed" => Some.Spec with { Seed = 2 },
            "model.dropout" => Some.Spec with { Model = Some.Spec.Model with { Dropout = 0.3 } },
            "tokenizer.vocab_size" => Some.Spec with { Tokenizer = Some.Spec.Tokenizer with { VocabSize = 300 } },
            "phases[0].batch_tokens" => WithFirst(phase => phase with { BatchTokens = 7 }),
            _ => WithFirst(phase => phase with { Data = phase.Data with { Train = "z.tsv" } }),
        };

        var refusal = Assert.Single(JobResumption.Of(Cancelled().State, wanted).Refusals);

        Assert.StartsWith(path + " ", refusal, StringComparison.Ordinal);
        Assert.EndsWith(
            path == "tokenizer.vocab_size"
                ? "Submit it as a new job instead." : "Submit it as a new job instead, which can go on from this one's result with 'start: toy-1'.",
                refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_WhatDoesNotChangeTheTrained_IsAllowed()
    {
        var wanted = WithFirst(phase =>
            phase with { Steps = 60, MicroBatchTokens = 8, Optimizer = phase.Optimizer with { ClipNorm = 1 },
                Validate = phase.Validate with { Beam = 2 } }) with
        {
            Resources = new() { MaxWorkers = 2 }, Checkpoints = new() { EverySteps = 5 },
        };
        wanted = wanted with { Phases = [wanted.Phases[0], wanted.Phases[1] with { BatchTokens = 9, Data = new() { Train = "other.jsonl" } }] };

        var resumption = JobResumption.Of(Cancelled().State, wanted);

        Assert.Empty(resumption.Refusals);
        Assert.True(resumption.Prepares);
    }

    [Fact]
    public void Of_FewerStepsThanAreDone_IsRefused() => Assert.Contains(
        "phases[0].steps is 30, but 40 steps of phase pretrain are done.",
        Assert.Single(JobResumption.Of(Cancelled().State, WithFirst(phase => phase with { Steps = 30 })).Refusals), StringComparison.Ordinal);

    [Fact]
    public void Of_AChangeOfACompletedPhase_IsRefused() => Assert.StartsWith(
        "phases[0].steps 100 -> 200: phase pretrain is completed.",
        Assert.Single(JobResumption.Of(Completed().State, WithFirst(phase => phase with { Steps = 200 })).Refusals.Take(1)),
        StringComparison.Ordinal);
}
