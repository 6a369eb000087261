using CsCheck;
using DistTrain.Model.Kernels;
using static TorchSharp.torch;

namespace DistTrain.Model.Tests.Kernels;

/// <summary>Attention's kernels of both implementations against equation 1 in torch's float64 operators and its autograd.</summary>
public sealed class AttentionKernelsTests : IDisposable
{
    private const int ExtraRows = 3;

    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    public AttentionKernelsTests() => manual_seed(5);

    public void Dispose() => _scope.Dispose();

    /// <summary>Sizes on both sides of a vector, of a group of rows and of a block of queries.</summary>
    [Theory]
    [InlineData(KernelsKind.Vector, Precision.Full)]
    [InlineData(KernelsKind.Vector, Precision.Mixed)]
    [InlineData(KernelsKind.Torch, Precision.Full)]
    [InlineData(KernelsKind.Torch, Precision.Mixed)]
    public void Attend_AndBackward_OfAnySizes_EqualTheEquation(KernelsKind kind, Precision precision)
    {
        var lengths = Gen.OneOf(Gen.Int[1, 40], Gen.Int[60, 150]);
        foreach (var (sequences, heads, size, queries, keys, causal, rate)
            in Gen.Select(Gen.Int[1, 10], Gen.Int[1, 3], Gen.Int[1, 50], lengths, lengths, Gen.Bool, Gen.OneOf(Gen.Const(0.0), Gen.Const(0.3)))
            .Cases(60))
        {
            using var ofCase = NewDisposeScope();
            AssertEqual(kind, precision.Type(), sequences, heads, size, queries, causal ? queries : keys, causal, rate);
        }
    }

    [Theory]
    [InlineData(KernelsKind.Vector)]
    [InlineData(KernelsKind.Torch)]
    public void Attend_OfAScoreThatIsNotANumber_ShowsIt(KernelsKind kind)
    {
        var rows = tensor([0f, float.NaN, 1f], [3, 1]);
        var part = new Projected(rows, zeros(1), 0);
        var (context, sums) = (empty(3, 1), empty(1, 3));
        kind.Kernels(ScalarType.Float32)
            .Attend(new AttentionInput(part, part, part, 1, 3, 3, 1, 1, KeyVisibility.Padded([3], 1, tensor(new[] { 3 })), default), context, sums);
        Assert.All(context.ToArray(), value => Assert.True(float.IsNaN(value)));
    }

    private static void AssertEqual(KernelsKind kind, ScalarType type, int sequences, int heads, int size, int queries, int keys, bool causal,
        double rate)
    {
        var width = heads * size;
        int[] lengths = [.. Enumerable.Range(0, sequences).Select(sequence => 1 + sequence * 7 % keys)];
        var mask = rate == 0
            ? default : new DropoutMask(RowKeys.Of(2, [.. Enumerable.Range(0, sequences)], 1, queries, sequences * queries), 11, rate);
        // The query is the second part of its projection, keys and values are both parts of another one.
        var (query, keyValue) = (Rows(sequences * queries, 2 * width, type), Rows(sequences * keys, 2 * width, type));
        var (queryBias, keyBias) = (randn(2 * width), randn(2 * width));
        var input = new AttentionInput(
            new Projected(query, queryBias, 1), new Projected(keyValue, keyBias, 0), new Projected(keyValue, keyBias, 1), sequences, queries, keys,
            heads, size,
            causal ? KeyVisibility.Causal : KeyVisibility.Padded(lengths, heads, tensor(lengths)), mask);

        var (query64, keyValue64) = (Leaf(query), Leaf(keyValue));
        Tensor Part(Tensor rows, Tensor bias, int length, int part) =>
            (rows.narrow(0, 0, sequences * length) + bias).view(sequences, length, 2, heads, size).select(2, part).transpose(1, 2);
        var hidden = causal ? ones(keys, keys, ScalarType.Bool).triu(1) : Hidden(lengths, keys);
        var scores = Part(query64, queryBias, queries, 1).matmul(Part(keyValue64, keyBias, keys, 0).transpose(2, 3)) / Math.Sqrt(size);
        var weights = scores.masked_fill(hidden, double.NegativeInfinity).softmax(-1) * Factors(mask, sequences, heads, queries, keys);
        var expected = weights.matmul(Part(keyValue64, keyBias, keys, 1)).transpose(1, 2).reshape(-1, width);
        var dContext = Rows(sequences * queries, width, type);
        expected.backward([dContext.narrow(0, 0, sequences * queries).to(ScalarType.Float64)]);

        var kernels = kind.Kernels(type);
        var (context, sums) = (empty_like(dContext), empty(sequences * heads, queries));
        kernels.Attend(input, context, sums);
        AssertClose(type, expected, context.narrow(0, 0, sequences * queries));
        var (dQuery, dKeyValue) = (zeros_like(query), empty_like(keyValue));
        kernels.AttendBackward(input, dContext, sums, dQuery, dKeyValue, dKeyValue);
        AssertClose(type, query64.grad!, dQuery);
        AssertClose(type, keyValue64.grad!, dKeyValue);
        Assert.All(new[] { context, dQuery, dKeyValue },
            rows => Assert.Equal(0, rows.narrow(0, rows.shape[0] - ExtraRows, ExtraRows).abs().sum(ScalarType.Float32).item<float>()));
    }

    /// <summary>With rows behind that belong to no sequence.</summary>
    private static Tensor Rows(int rows, int width, ScalarType type) => randn(rows + ExtraRows, width).to(type);

    private static Tensor Leaf(Tensor x) => x.to(ScalarType.Float64, copy: true).requires_grad_(true);

    private static Tensor Hidden(int[] lengths, int keys)
    {
        var hidden = zeros(lengths.Length, 1, 1, keys, ScalarType.Bool);
        for (var sequence = 0; sequence < lengths.Length; sequence++)
            hidden[sequence].narrow(2, lengths[sequence], keys - lengths[sequence]).fill_(true);
        return hidden;
    }

    /// <summary>[B, H, T, S].</summary>
    private static Tensor Factors(DropoutMask mask, int sequences, int heads, int queries, int keys)
    {
        if (mask.Keys_R is null) return ones(1);
        var rowKeys = mask.Keys_R.data<long>().ToArray();
        var factors = new float[sequences, heads, queries, keys];
        for (var (sequence, row) = (0, 0); sequence < sequences; sequence++)
            for (var query = 0; query < queries; query++, row++)
                for (var head = 0; head < heads; head++)
                    for (var key = 0; key < keys; key++)
                        factors[sequence, head, query, key] = mask.Row((ulong)rowKeys[row]).From(head * DropoutMask.ColumnsPerHead + key)[0];
        return tensor(factors.Cast<float>().ToArray(), [sequences, heads, queries, keys]);
    }

    private static void AssertClose(ScalarType type, Tensor expected, Tensor actual)
    {
        // Relative to the largest value: one near 0 is the rest of large ones. In bfloat16 results are rounded once, in float32 scores far from 0
        // lose digits.
        var tolerance = (type == ScalarType.BFloat16 ? 4e-3 : 1e-5) * Math.Max(1, expected.abs().max().item<double>());
        Close.Assert("value", expected.to(ScalarType.Float32).flatten().ToArray(), actual.to(ScalarType.Float32).flatten().ToArray(), 0, tolerance);
    }
}
