using DistTrain.Model.Batches;
using DistTrain.Model.Modules;
using DistTrain.Model.Objectives;
using DistTrain.Shared.Text;
using DistTrain.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Tests.Modules;

/// <summary>Whole Transformers against PyTorch in float64.</summary>
public class TransformerGoldenTests
{
    public static TheoryData<string> Files => [.. Golden.Files("transformer.*.safetensors").Select(file => Path.GetFileName(file)!)];

    [Theory, MemberData(nameof(Files))]
    public void Parameters_OfTheModel_AreExactlyThoseOfPyTorch(string file)
    {
        using var golden = Open(file);
        Assert.Equal(golden.NamesIn("param.").Order(StringComparer.Ordinal),
            golden.Parameters.Slices.Select(slice => slice.Name).Order(StringComparer.Ordinal));
        Assert.All(golden.Parameters.Slices, slice => Assert.Equal(golden.ShapeOf("param." + slice.Name), slice.Shape));
    }

    [Theory, MemberData(nameof(Files))]
    public void PositionalEncoding_OfEveryPosition_IsTheGoldenOne(string file)
    {
        using var golden = Open(file);
        using var encoding = new PositionalEncoding(golden.Model.Options.DModel);
        using var rows = encoding.Rows(0, golden.ShapeOf("expect.positional_encoding")[0], CPU);
        Close.Assert("positional encoding", golden.Floats("expect.positional_encoding"), rows.data<float>().ToArray());
    }

    [Theory, MemberData(nameof(Files))]
    public void Forward_OfThePaddedBatch_GivesTheGoldenActivations(string file)
    {
        using var golden = Open(file);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var (source, target, labels) = golden.Pairs;
        golden.Model.eval();
        var memory = golden.Model.Encode(source);
        var decoded = golden.Model.Decode(target, memory, source);
        // What stands at padding influences nothing, and PyTorch's value there depends on which of its masks was given.
        CloseWhereReal(golden, "expect.encoder_output", memory, source);
        CloseWhereReal(golden, "expect.decoder_output", decoded, labels);
        CloseWhereReal(golden, "expect.logits", golden.Model.Project(decoded), labels);
    }

    [Theory, MemberData(nameof(Files))]
    public void Backward_OfTheFusedLoss_GivesTheGoldenLossAndEveryGradient(string file)
    {
        using var golden = Open(file);
        var sums = new SupervisedObjective(golden.Parameters, golden.LabelSmoothing).Backward(golden.Pairs, seed: 0);
        Close.Assert("loss", golden.Floats("expect.loss_label_smoothed_mean")[0], sums.Loss / sums.Units);
        Close.Assert("nll", golden.Floats("expect.nll_sum")[0], sums.Metrics[0]);
        Assert.Equal(golden.NamesIn("grad.").Order(StringComparer.Ordinal),
            golden.Parameters.Slices.Select(slice => slice.Name).Order(StringComparer.Ordinal));
        foreach (var slice in golden.Parameters.Slices)
        {
            var gradient = golden.Parameters.Gradients.Slice(slice.Offset, slice.Length).ToArray();
            Close.Assert("gradient of " + slice.Name, golden.Floats("grad." + slice.Name),
                [.. gradient.Select(value => (float)(value / sums.Units))]);
        }
    }

    [Theory, MemberData(nameof(Files))]
    public void Evaluate_OfThePaddedBatch_GivesTheGoldenLikelihood(string file)
    {
        using var golden = Open(file);
        var sums = new SupervisedObjective(golden.Parameters, golden.LabelSmoothing).Evaluate(golden.Pairs);
        Close.Assert("nll", golden.Floats("expect.nll_sum")[0], sums.Loss);
        Assert.Equal(golden.Pairs.Labels_GT.data<long>().Count(label => label != SpecialTokens.Pad), sums.Units);
    }

    [Theory, MemberData(nameof(Files))]
    public void LogProbabilities_OfTheSequences_AreTheGoldenOnes(string file)
    {
        using var golden = Open(file);
        var expected = golden.Floats("expect.sequence_logprob");
        var pairs = new SentencePairs(Ragged(golden.Pairs.Source_BS), Ragged(golden.Pairs.Labels_GT));
        Close.Assert("of the model", expected, [.. SequenceScores.LogProbabilities(golden.Model, pairs).Select(value => (float)value)]);
        Close.Assert("in training", expected, [.. SequenceScores.LogProbabilities(golden.Parameters, pairs).Select(value => (float)value)]);
    }

    private static int[][] Ragged(Tensor tokens) =>
        [.. tokens.data<long>().Chunk((int)tokens.shape[1])
            .Select(row => row.TakeWhile(token => token != SpecialTokens.Eos).Select(token => (int)token).ToArray())];

    private static void CloseWhereReal(GoldenTransformer golden, string name, Tensor actual, Tensor tokens)
    {
        Assert.Equal(golden.ShapeOf(name), actual.shape);
        var real = GoldenTransformer.Real(tokens, (int)actual.shape[2]);
        Close.Assert(name, Only(golden.Floats(name), real), Only(actual.contiguous().data<float>().ToArray(), real));
    }

    private static float[] Only(float[] values, bool[] real) => [.. values.Where((_, index) => real[index])];

    private static GoldenTransformer Open(string file) => new(Path.Combine(Golden.Folder, file));
}
