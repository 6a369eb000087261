using DistTrain.Model.Kernels;
using DistTrain.Shared.Jobs;
using static TorchSharp.torch;

namespace DistTrain.Model.Tests.Kernels;

/// <summary>
/// Each kernel of both implementations against torch's operators and autograd in float64, at widths that fill vectors and at others: that of
/// vector instructions, and that of torch's operators, which runs here as it runs on another device.
/// </summary>
public sealed class KernelsTests : IDisposable
{
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    public static TheoryData<KernelsKind, Precision, int, int> Cases
    {
        get
        {
            var cases = new TheoryData<KernelsKind, Precision, int, int>();
            foreach (var kind in Enum.GetValues<KernelsKind>())
                foreach (var precision in Enum.GetValues<Precision>())
                    foreach (var (rows, width) in new[] { (1, 1), (3, 25), (7, 64), (40, 77), (300, 200) })
                        cases.Add(kind, precision, rows, width);
            return cases;
        }
    }

    public KernelsTests() => manual_seed(3);

    public void Dispose() => _scope.Dispose();

    [Theory, MemberData(nameof(Cases))]
    public void Convert_AddTo_AddRowsTo_OfAnyShape_EqualTorch(KernelsKind kind, Precision precision, int rows, int width)
    {
        var type = precision.Type();
        var kernels = kind.Kernels(type);
        var exact = randn(rows, width);
        var (x, sum, sums) = (empty(rows, width, type), randn(rows, width), randn(width));
        kernels.Convert(exact, x);
        Assert.Equal(exact.to(type).to(ScalarType.Float32).ToArray(), x.to(ScalarType.Float32).ToArray());
        var (expectedSum, expectedSums) = (sum + x.to(ScalarType.Float32), sums + x.to(ScalarType.Float64).sum([0L]));
        kernels.AddTo(x, sum);
        kernels.AddRowsTo(x, sums);
        AssertClose(ScalarType.Float32, expectedSum, sum);
        AssertClose(ScalarType.Float32, expectedSums, sums, 20);

        var (first, part) = (width / 3, zeros(width - width / 3 - width / 4));
        kernels.AddRowsTo(x, part, first);
        AssertClose(ScalarType.Float32, x.to(ScalarType.Float64).sum([0L]).narrow(0, first, part.numel()), part, 20);
    }

    [Theory, MemberData(nameof(Cases))]
    public void GatherRows_AndScatterRows_MoveThemThereAndBack(KernelsKind kind, Precision precision, int rows, int width)
    {
        var type = precision.Type();
        var kernels = kind.Kernels(type);
        var places = randperm(rows, ScalarType.Int64).narrow(0, 0, (rows + 1) / 2).contiguous();
        var (x, gathered, scattered) = (Random(type, rows, width), Random(type, places.numel() + 3, width), Random(type, rows + 2, width));
        var expected = scattered.clone();
        kernels.GatherRows(x, places, gathered);
        kernels.ScatterRows(gathered, places, scattered);
        foreach (var place in places.data<long>()) expected[place].copy_(x[place]);
        Assert.Equal(cat([x[places], zeros(3, width, type)]).to(ScalarType.Float32).ToArray(), gathered.to(ScalarType.Float32).ToArray());
        Assert.Equal(expected.to(ScalarType.Float32).ToArray(), scattered.to(ScalarType.Float32).ToArray());
    }

    [Theory, MemberData(nameof(Cases))]
    public void Normalize_AndBackward_EqualTorch(KernelsKind kind, Precision precision, int rows, int width)
    {
        var type = precision.Type();
        var kernels = kind.Kernels(type);
        var (x, dy, gain, bias) = (Random(type, rows, width), Random(type, rows, width), randn(width), randn(width));
        var (y, statistics, dx, dGain, dBias) = (empty_like(x), empty(rows, 2), Random(type, rows, width), zeros(width), zeros(width));
        var (x64, gain64, bias64) = (Leaf(x), Leaf(gain), Leaf(bias));
        var expected = nn.functional.layer_norm(x64, [width], gain64, bias64);
        expected.backward([dy.to(ScalarType.Float64)]);

        kernels.Normalize(x, gain, bias, y, statistics);
        AssertClose(type, expected, y);
        var added = dx.to(ScalarType.Float64) + x64.grad!;
        kernels.NormalizeBackward(dy, x, statistics, gain, dx, add: true, dGain, dBias);
        AssertClose(type, added, dx, 10);
        AssertClose(ScalarType.Float32, gain64.grad!, dGain, 50);
        AssertClose(ScalarType.Float32, bias64.grad!, dBias, 50);
        kernels.NormalizeBackward(dy, x, statistics, gain, dy, add: false, dGain, dBias);
        AssertClose(type, x64.grad!, dy, 10);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Activate_AndBackward_EqualTorch(KernelsKind kind, Precision precision, int rows, int width)
    {
        var type = precision.Type();
        var kernels = kind.Kernels(type);
        foreach (var activation in Enum.GetValues<Activation>())
        {
            var (x, dy, bias, dBias) = (Random(type, rows, width), Random(type, rows, width), randn(width), zeros(width));
            // As the kernel rounds it: at 0 relu's gradient jumps.
            var input = (x.to(ScalarType.Float32) + bias).to(type);
            var x64 = Leaf(input);
            var expected = activation == Activation.Gelu ? x64.gelu() : x64.relu();
            expected.backward([dy.to(ScalarType.Float64)]);
            var y = activation == Activation.Gelu ? empty_like(x) : x;
            kernels.Activate(x, bias, activation, y);
            AssertClose(type, expected, y);
            kernels.ActivateBackward(dy, x, activation, dBias);
            AssertClose(type, x64.grad!, dy);
            AssertClose(type, x64.grad!.sum([0L]), dBias, 20);
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void AddResidual_WithAndWithoutDropout_EqualsItsFormula(KernelsKind kind, Precision precision, int rows, int width)
    {
        var type = precision.Type();
        var kernels = kind.Kernels(type);
        foreach (var mask in new[] { default, new DropoutMask(Keys(rows), 5, 0.3) })
        {
            var (x, y, bias) = (Random(type, rows, width), Random(type, rows, width), randn(width));
            var dropped = (y.to(ScalarType.Float64) + bias) * Factors(mask, rows, width);
            var expected = x.to(ScalarType.Float64) + dropped;
            kernels.AddResidual(y, bias, mask, x);
            AssertClose(type, expected, y, 4);
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Drop_OfAnyShape_AppliesTheMask(KernelsKind kind, Precision precision, int rows, int width)
    {
        var type = precision.Type();
        var (x, mask) = (Random(type, rows, width), new DropoutMask(Keys(rows), 7, 0.4));
        var expected = x.to(ScalarType.Float64) * Factors(mask, rows, width);
        var y = empty_like(x);
        kind.Kernels(type).Drop(x, mask, y);
        AssertClose(type, expected, y);
        kind.Kernels(type).Drop(x, mask, x);
        AssertClose(type, expected, x);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Embed_AndBackward_EqualTorch(KernelsKind kind, Precision precision, int rows, int width)
    {
        const int vocabulary = 9;
        var type = precision.Type();
        var kernels = kind.Kernels(type);
        var (table, tokens, dy) = (Random(type, vocabulary, width), randint(0, vocabulary, [rows], ScalarType.Int64), Random(type, rows, width));
        var positions = randn(rows, width);
        var table64 = Leaf(table);
        var expected = table64.index_select(0, tokens) * 3 + positions;
        expected.backward([dy.to(ScalarType.Float64)]);
        var (y, dTable) = (empty_like(dy), ones(vocabulary, width));
        kernels.Embed(table, tokens, positions, 3, y);
        kernels.EmbedBackward(dy, tokens, 3, dTable);
        AssertClose(type, expected, y);
        AssertClose(ScalarType.Float32, table64.grad! + 1, dTable, 50);
    }

    [Theory, MemberData(nameof(Cases))]
    public void CrossEntropy_AndItsGradients_EqualTorchs(KernelsKind kind, Precision precision, int rows, int width)
    {
        var type = precision.Type();
        var kernels = kind.Kernels(type);
        var (logits, labels, weights) = ((randn(rows, width) * 4).to(type), randint(0, width, [rows], ScalarType.Int64), randn(rows));
        var logits64 = Leaf(logits);
        var logProbabilities = logits64.log_softmax(1);
        var (ofLabel, mean) = (logProbabilities.gather(1, labels.unsqueeze(1)).squeeze(1), logProbabilities.mean([1]));
        var statistics = empty(rows, 3);
        kernels.CrossEntropy(logits, labels, statistics);
        AssertClose(ScalarType.Float32, ofLabel, statistics.select(1, 1).contiguous(), 4);
        AssertClose(ScalarType.Float32, mean, statistics.select(1, 2).contiguous(), 4);

        var fused = logits.clone();
        kernels.CrossEntropyWithBackward(fused, labels, statistics, 0.1f);
        (-0.9 * ofLabel - 0.1 * mean).sum().backward([], retain_graph: true);
        AssertClose(type, logits64.grad!, fused);
        logits64.grad!.zero_();
        kernels.CrossEntropyBackward(logits, labels, statistics, 0.1f, weights);
        ((-0.9 * ofLabel - 0.1 * mean) * weights).sum().backward();
        AssertClose(type, logits64.grad!, logits);
    }

    /// <summary>What a mask multiplies values by, one by one.</summary>
    private static Tensor Factors(DropoutMask mask, int rows, int width)
    {
        if (mask.Keys_R is null) return ones(1);
        var keys = mask.Keys_R.data<long>().ToArray();
        return tensor([.. Enumerable.Range(0, rows * width).Select(at => mask.Row((ulong)keys[at / width]).From(at % width)[0])], [rows, width]);
    }

    private static Tensor Keys(int rows) => RowKeys.Of(1, [4], 1, rows, rows);

    private static Tensor Random(ScalarType type, params long[] shape) => randn(shape).to(type);

    private static Tensor Leaf(Tensor x) => x.to(ScalarType.Float64, copy: true).requires_grad_(true);

    /// <param name="factor">How many roundings the result has seen, about.</param>
    private static void AssertClose(ScalarType type, Tensor expected, Tensor actual, double factor = 1)
    {
        var tolerance = (type == ScalarType.BFloat16 ? 8e-3 : 2e-6) * factor;
        Close.Assert("value", expected.to(ScalarType.Float32).ToArray(), actual.to(ScalarType.Float32).ToArray(), tolerance, tolerance);
    }
}
