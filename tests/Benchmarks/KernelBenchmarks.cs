using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using DistTrain.Model;
using DistTrain.Model.Kernels;
using DistTrain.Model.Passes;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Benchmarks;

/// <summary>
/// Kernels at the sizes of a step. Each group's baseline copies as many bytes as the kernel cannot help reading and writing, on all
/// threads: the ratio is the distance from the floor that memory sets.
/// </summary>
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory, BenchmarkLogicalGroupRule.ByParams), CategoriesColumn,
    MemoryDiagnoser(displayGenColumns: false)]
public class KernelBenchmarks
{
    private const string Norm = "norm", NormBack = "norm, backward", Residual = "residual and dropout", Activation = "activation",
        Attention = "attention", AttentionBack = "attention, backward", Loss = "loss";

    /// <summary>Rows and columns of the product that tells the processor's rate.</summary>
    private const long Square = 512;

    private static readonly int[] Lengths = [.. Enumerable.Repeat((int)StepSize.Length, (int)StepSize.Sentences)];

    private readonly DropoutMask _mask =
        new(RowKeys.Of(1, [.. Enumerable.Range(0, (int)StepSize.Sentences)], 1, (int)StepSize.Length, (int)StepSize.Rows), 1, 0.1);
    private readonly KeyVisibility _visible = KeyVisibility.Padded(Lengths, (int)StepSize.Heads, tensor(Lengths));
    private TrainingKernels _kernels = null!;
    private Tensor _x_RD = null!, _y_RD = null!, _dx_RD = null!, _statistics_R2 = null!, _vector_D = null!, _sum_D = null!, _otherSum_D = null!;
    private Tensor _inner_RF = null!, _bias_F = null!, _projected_RF = null!, _logSums_NT = null!, _logits_CV = null!, _labels_C = null!,
        _statistics_C3 = null!;
    private Tensor _from = null!, _to = null!, _factor_RR = null!, _product_RR = null!;
    private AttentionInput _attention = null!;

    [Params(Precision.Full, Precision.Mixed)]
    public Precision Precision { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var type = Precision.Type();
        _kernels = KernelChoice.Of(type);
        Tensor Random(params long[] shape) => randn(shape).to(type);
        (_x_RD, _y_RD, _dx_RD) = (Random(StepSize.Rows, StepSize.Width), Random(StepSize.Rows, StepSize.Width),
            Random(StepSize.Rows, StepSize.Width));
        (_statistics_R2, _vector_D, _sum_D, _otherSum_D) = (zeros(StepSize.Rows, 2), ones(StepSize.Width), zeros(StepSize.Width),
            zeros(StepSize.Width));
        (_inner_RF, _bias_F) = (Random(StepSize.Rows, StepSize.Inner), zeros(StepSize.Inner));
        (_projected_RF, _logSums_NT) = (Random(StepSize.Rows, 3 * StepSize.Width), zeros(StepSize.Sentences * StepSize.Heads, StepSize.Length));
        Projected Part(int part) => new(_projected_RF, zeros(3 * StepSize.Width), part);
        _attention = new AttentionInput(Part(0), Part(1), Part(2), (int)StepSize.Sentences, (int)StepSize.Length, (int)StepSize.Length,
            (int)StepSize.Heads, (int)(StepSize.Width / StepSize.Heads), _visible, default);
        (_factor_RR, _product_RR) = (rand(Square, Square), zeros(Square, Square));
        _logits_CV = Random(StepSize.LabelledRows, StepSize.Vocabulary);
        (_labels_C, _statistics_C3) = (randint(StepSize.Vocabulary, StepSize.LabelledRows, ScalarType.Int64), zeros(StepSize.LabelledRows, 3));
        (_from, _to) = (zeros(4 * _inner_RF.numel(), type), zeros(4 * _inner_RF.numel(), type));
        _kernels.Normalize(_x_RD, _vector_D, _vector_D, _y_RD, _statistics_R2);
    }

    [BenchmarkCategory(Norm), Benchmark(Baseline = true)]
    public void NormalizeFloor() => Copy(_x_RD.numel());

    [BenchmarkCategory(Norm), Benchmark]
    public void Normalize() => _kernels.Normalize(_x_RD, _vector_D, _vector_D, _y_RD, _statistics_R2);

    // Reads dy, x and dx, and writes dx: twice what a copy of one tensor moves.
    [BenchmarkCategory(NormBack), Benchmark(Baseline = true)]
    public void NormalizeBackwardFloor() => Copy(2 * _x_RD.numel());

    [BenchmarkCategory(NormBack), Benchmark]
    public void NormalizeBackward() => _kernels.NormalizeBackward(_y_RD, _x_RD, _statistics_R2, _vector_D, _dx_RD, add: true, _sum_D, _otherSum_D);

    [BenchmarkCategory(Residual), Benchmark(Baseline = true)]
    public void AddResidualFloor() => Copy(_x_RD.numel() * 3 / 2);

    [BenchmarkCategory(Residual), Benchmark]
    public void AddResidual() => _kernels.AddResidual(_y_RD, _vector_D, _mask, _x_RD);

    [BenchmarkCategory(Activation), Benchmark(Baseline = true)]
    public void ActivateFloor() => Copy(_inner_RF.numel());

    [BenchmarkCategory(Activation), Benchmark]
    public void Activate() => _kernels.Activate(_inner_RF, _bias_F, Shared.Jobs.Activation.Relu, _inner_RF);

    // Its floor are its multiplications: two products of queries and keys forward, five backward, at the rate of one large product in float32.
    [BenchmarkCategory(Attention), Benchmark(Baseline = true)]
    public void AttendFloor() => Multiply(2);

    [BenchmarkCategory(Attention), Benchmark]
    public void Attend() => _kernels.Attend(_attention, _y_RD, _logSums_NT);

    [BenchmarkCategory(AttentionBack), Benchmark(Baseline = true)]
    public void AttendBackwardFloor() => Multiply(5);

    [BenchmarkCategory(AttentionBack), Benchmark]
    public void AttendBackward() => _kernels.AttendBackward(_attention, _x_RD, _logSums_NT, _projected_RF, _projected_RF, _projected_RF);

    [BenchmarkCategory(Loss), Benchmark(Baseline = true)]
    public void CrossEntropyFloor() => Copy(_logits_CV.numel());

    [BenchmarkCategory(Loss), Benchmark]
    public void CrossEntropyWithBackward() => _kernels.CrossEntropyWithBackward(_logits_CV, _labels_C, _statistics_C3, 0.1f);

    /// <summary>As many multiplications as so many products of all queries and keys need.</summary>
    private void Multiply(long products)
    {
        var rows = products * StepSize.Rows * StepSize.Length * StepSize.Width / (Square * Square);
        for (; rows > 0; rows -= Square)
        {
            using var part = _factor_RR.narrow(0, 0, Math.Min(rows, Square));
            using var result = _product_RR.narrow(0, 0, Math.Min(rows, Square));
            result.addmm_(part, _factor_RR, beta: 0, alpha: 1).Dispose();
        }
    }

    /// <summary>Reads and writes <paramref name="elements"/> of the compute type.</summary>
    private void Copy(long elements)
    {
        using var source = _from.narrow(0, 0, elements);
        using var target = _to.narrow(0, 0, elements);
        target.copy_(source).Dispose();
    }
}
