using CsCheck;
using DistTrain.Model.Modules;
using DistTrain.Model.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Tests.Modules;

/// <summary>Attention by what it is, and against its formula written out.</summary>
public class AttentionTests
{
    private static readonly TransformerOptions OneLayer = Small.Options with { EncoderLayers = 1, DecoderLayers = 1 };

    [Fact]
    public void SelfAttention_WithoutPositions_FollowsAPermutationOfItsInput() =>
        Gen.Select(Small.AnyOptions, Gen.Int[2, 7], Gen.Int[0, 999]).Sample((options, length, seed) =>
        {
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            manual_seed(seed);
            using var parameters = Small.Model(options, scale: 2);
            var encoder = EncoderOf(parameters.Model);
            var order = Enumerable.Range(0, length).Select(index => (long)index).ToArray();
            new Random(seed).Shuffle(order);
            var x_RD = randn(length, options.DModel);
            var nothingHidden_N1S = zeros(options.Heads, 1, length);
            var permutedAfter = encoder.Forward(x_RD, nothingHidden_N1S).index_select(0, tensor(order));
            var permutedBefore = encoder.Forward(x_RD.index_select(0, tensor(order)), nothingHidden_N1S);
            // Weights three times as large make attention uneven, and sums in another order round differently.
            Close.Assert("encoded", permutedAfter.ToArray(), permutedBefore.ToArray(), relative: 1e-4, absolute: 1e-4);
        }, iter: 40, threads: 1);

    [Fact]
    public void Attention_WithOneHead_IsScaledDotProductAttentionWrittenOut() =>
        Gen.Select(Gen.Int[1, 6], Gen.Int[1, 6], Gen.Int[0, 999]).Sample((queries, keys, seed) =>
        {
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            manual_seed(seed);
            const int width = 16;
            var attention = new MultiHeadAttention(OneLayer with { Heads = 1 }, new Dropouts());
            foreach (var (_, parameter) in attention.named_parameters()) parameter.normal_(0, 0.4);
            var (x, memory) = (randn(queries, width), randn(keys, width));
            var actual = attention.AttendMemory(x, attention.ProjectMemory(memory, keys), zeros(1, 1, keys));
            Close.Assert("attended", WrittenOut(attention, Rows(x), Rows(memory)).SelectMany(row => row).Select(value => (float)value).ToArray(),
                actual.ToArray());
    }, iter: 40, threads: 1);

    [Fact]
    public void Attention_ToAMaskedKey_HasNoInfluenceOnValueOrGradient() =>
        Gen.Select(Gen.Int[2, 6], Gen.OneOf(1, 2, 4), Gen.Int[0, 999]).Sample((length, heads, seed) =>
        {
            using var scope = NewDisposeScope();
            manual_seed(seed);
            var attention = new MultiHeadAttention(OneLayer with { Heads = heads }, new Dropouts());
            foreach (var (_, parameter) in attention.named_parameters()) parameter.detach().normal_();
            var mask_N1S = zeros(heads, 1, length);
            mask_N1S.narrow(2, length - 1, 1).fill_(float.NegativeInfinity);
            var x = randn(3, 16);
            var memory = randn(length, 16).requires_grad_();
            var attended = attention.AttendMemory(x, attention.ProjectMemory(memory, length), mask_N1S);
            attended.sum().backward();
            Assert.All(memory.grad![length - 1].ToArray(), value => Assert.Equal(0, value));

        var other = memory.detach().clone();
        other[length - 1].fill_(1000);
        Assert.Equal(attended.ToArray(), attention.AttendMemory(x, attention.ProjectMemory(other, length), mask_N1S).ToArray());
    }, iter: 40, threads: 1);

    [Fact]
    public void Attend_OfAnyPair_GivesEachLayersWeightsThatAddUpToOneAndLookAtNothingLater() =>
        Gen.Select(Small.AnyOptions, Small.Sentence, Small.Sentence).Sample((options, source, target) =>
        {
            using var parameters = Small.Model(options);
            var weights = parameters.Model.Attend(source, target);
            Assert.Equal((options.EncoderLayers, options.DecoderLayers, options.DecoderLayers),
                (weights.Encoder.Count, weights.Decoder.Count, weights.Cross.Count));
            Assert.All(weights.Encoder, layer => AssertRows(layer, options.Heads, source.Length + 1, source.Length + 1, _ => source.Length + 1));
            Assert.All(weights.Decoder, layer => AssertRows(layer, options.Heads, target.Length + 1, target.Length + 1, query => query + 1));
            Assert.All(weights.Cross, layer => AssertRows(layer, options.Heads, target.Length + 1, source.Length + 1, _ => source.Length + 1));
        }, iter: 40, threads: 1);

    [Fact]
    public void Attend_LeavesNothingBehind()
    {
        using var parameters = Small.Model();
        Small.AssertNothingIsLeft(() => parameters.Model.Attend([3, 4], [5]));
    }

    [Fact]
    public void Attend_OfALayer_IsWhatItsFormulaGives()
    {
        using var parameters = Small.Model(OneLayer with { Heads = 1, Norm = Shared.Jobs.NormPlacement.Post }, scale: 3);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        int[] source = [5, 9, 3];
        var recorded = parameters.Model.Attend(source, [4]).Encoder[0];
        using var positions = new PositionalEncoding(16);
        var embedded = Slice(parameters, "embedding.weight")
            .index_select(0, tensor([5L, 9, 3, Shared.Text.SpecialTokens.Eos])) * 4 + positions.Rows(0, 4, CPU);
        var projected = nn.functional.linear(embedded, Slice(parameters, "encoder.layers.0.self_attn.in_proj_weight"),
            Slice(parameters, "encoder.layers.0.self_attn.in_proj_bias"));
        var expected = (projected.narrow(1, 0, 16).mm(projected.narrow(1, 16, 16).t()) / 4).softmax(-1);
        Close.Assert("weights", expected.ToArray(), recorded.Cast<float>().ToArray());
    }

    private static void AssertRows(float[,,] weights, int heads, int queries, int keys, Func<int, int> visible)
    {
        Assert.Equal((heads, queries, keys), (weights.GetLength(0), weights.GetLength(1), weights.GetLength(2)));
        for (var head = 0; head < heads; head++)
            for (var query = 0; query < queries; query++)
            {
                var row = Enumerable.Range(0, keys).Select(key => weights[head, query, key]).ToArray();
                Close.Assert("sum", 1, row.Sum(value => (double)value));
                Assert.All(row[visible(query)..], value => Assert.Equal(0, value));
            }
    }

    /// <summary>softmax(Q K^T / sqrt(d)) V and the output projection, in double and with loops.</summary>
    private static double[][] WrittenOut(MultiHeadAttention attention, double[][] x, double[][] memory)
    {
        var parameters = attention.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        var (weight, bias) = (Rows(parameters["in_proj_weight"]), parameters["in_proj_bias"].ToArray());
        var width = x[0].Length;
        double[][] Project(double[][] rows, int part) =>
            [.. rows.Select(row => Enumerable.Range(part * width, width).Select(to => row.Zip(weight[to], (a, b) => a * b).Sum() + bias[to])
                .ToArray())];
        var (queries, keys, values) = (Project(x, 0), Project(memory, 1), Project(memory, 2));
        var (outWeight, outBias) = (Rows(parameters["out_proj.weight"]), parameters["out_proj.bias"].ToArray());
        return [.. queries.Select(query =>
        {
            var exponentials = keys.Select(key => Math.Exp(query.Zip(key, (a, b) => a * b).Sum() / Math.Sqrt(width))).ToArray();
            var context = Enumerable.Range(0, width).Select(at => exponentials.Zip(values, (e, value) => e * value[at]).Sum() / exponentials.Sum())
                .ToArray();
            return Enumerable.Range(0, width).Select(to => context.Zip(outWeight[to], (a, b) => a * b).Sum() + outBias[to]).ToArray();
        })];
    }

    private static double[][] Rows(Tensor matrix) =>
        [.. matrix.ToArray().Chunk((int)matrix.shape[1]).Select(row => Array.ConvertAll(row, value => (double)value))];

    private static Encoder EncoderOf(Transformer model) => (Encoder)model.named_children().Single(child => child.name == "encoder").module;

    private static Tensor Slice(FlatParameters parameters, string name)
    {
        var slice = parameters.Slices.Single(slice => slice.Name == name);
        return tensor(parameters.Values.Slice(slice.Offset, slice.Length).ToArray(), [.. slice.Shape]);
    }
}
