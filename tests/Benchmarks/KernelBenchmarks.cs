using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using DistTrain.Model;
using DistTrain.Model.Kernels;
using DistTrain.Shared.Jobs;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Benchmarks;

/// <summary>
/// Kernels at the sizes of a step. Each group's baseline copies as many bytes as the kernel cannot help reading and writing, on all
/// threads: the ratio is the distance from the floor that memory sets.
/// </summary>
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory, BenchmarkLogicalGroupRule.ByParams), CategoriesColumn, MemoryDiagnoser(displayGenColumns: false)]
public class KernelBenchmarks
{
    private const string Norm = "norm", NormBack = "norm, backward", Residual = "residual and dropout", Activation = "activation", Attention = "attention", AttentionBack = "attention, backward", Loss = "loss";

    /// <summary>Rows and columns of the product that tells the processor's rate.</summary>
    private const long Square = 512;

    private static readonly int[] Lengths = [.. Enumerable.Repeat((int)StepSize.Length, (int)StepSize.Sentences)];

    private readonly DropoutMask mask = new(RowKeys.Of(1, [.. Enumerable.Range(0, (int)StepSize.Sentences)], 1, (int)StepSize.Length, (int)StepSize.Rows), 1, 0.1);
    private readonly KeyVisibility visible = KeyVisibility.Padded(Lengths, (int)StepSize.Heads, tensor(Lengths));
    private Kernels kernels = null!;
    private Tensor x_RD = null!, y_RD = null!, dx_RD = null!, statistics_R2 = null!, vector_D = null!, sum_D = null!, otherSum_D = null!;
    private Tensor inner_RF = null!, bias_F = null!, projected_RF = null!, logSums_NT = null!, logits_CV = null!, labels_C = null!, statistics_C3 = null!;
    private Tensor from = null!, to = null!, factor_RR = null!, product_RR = null!;
    private AttentionInput attention = null!;

    [Params(Precision.Full, Precision.Mixed)]
    public Precision Precision { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var type = Precision.Type();
        kernels = Kernels.Of(type);
        Tensor Random(params long[] shape) => randn(shape).to(type);
        (x_RD, y_RD, dx_RD) = (Random(StepSize.Rows, StepSize.Width), Random(StepSize.Rows, StepSize.Width), Random(StepSize.Rows, StepSize.Width));
        (statistics_R2, vector_D, sum_D, otherSum_D) = (zeros(StepSize.Rows, 2), ones(StepSize.Width), zeros(StepSize.Width), zeros(StepSize.Width));
        (inner_RF, bias_F) = (Random(StepSize.Rows, StepSize.Inner), zeros(StepSize.Inner));
        (projected_RF, logSums_NT) = (Random(StepSize.Rows, 3 * StepSize.Width), zeros(StepSize.Sentences * StepSize.Heads, StepSize.Length));
        Projected Part(int part) => new(projected_RF, zeros(3 * StepSize.Width), part);
        attention = new AttentionInput(Part(0), Part(1), Part(2), (int)StepSize.Sentences, (int)StepSize.Length, (int)StepSize.Length, (int)StepSize.Heads, (int)(StepSize.Width / StepSize.Heads), visible, default);
        (factor_RR, product_RR) = (rand(Square, Square), zeros(Square, Square));
        logits_CV = Random(StepSize.LabelledRows, StepSize.Vocabulary);
        (labels_C, statistics_C3) = (randint(StepSize.Vocabulary, StepSize.LabelledRows, ScalarType.Int64), zeros(StepSize.LabelledRows, 3));
        (from, to) = (zeros(4 * inner_RF.numel(), type), zeros(4 * inner_RF.numel(), type));
        kernels.Normalize(x_RD, vector_D, vector_D, y_RD, statistics_R2);
    }

    [BenchmarkCategory(Norm), Benchmark(Baseline = true)]
    public void NormalizeFloor() => Copy(x_RD.numel());

    [BenchmarkCategory(Norm), Benchmark]
    public void Normalize() => kernels.Normalize(x_RD, vector_D, vector_D, y_RD, statistics_R2);

    // Reads dy, x and dx, and writes dx: twice what a copy of one tensor moves.
    [BenchmarkCategory(NormBack), Benchmark(Baseline = true)]
    public void NormalizeBackwardFloor() => Copy(2 * x_RD.numel());

    [BenchmarkCategory(NormBack), Benchmark]
    public void NormalizeBackward() => kernels.NormalizeBackward(y_RD, x_RD, statistics_R2, vector_D, dx_RD, add: true, sum_D, otherSum_D);

    [BenchmarkCategory(Residual), Benchmark(Baseline = true)]
    public void AddResidualFloor() => Copy(x_RD.numel() * 3 / 2);

    [BenchmarkCategory(Residual), Benchmark]
    public void AddResidual() => kernels.AddResidual(y_RD, vector_D, mask, x_RD);

    [BenchmarkCategory(Activation), Benchmark(Baseline = true)]
    public void ActivateFloor() => Copy(inner_RF.numel());

    [BenchmarkCategory(Activation), Benchmark]
    public void Activate() => kernels.Activate(inner_RF, bias_F, Shared.Jobs.Activation.Relu, inner_RF);

    // Its floor are its multiplications: two products of queries and keys forward, five backward, at the rate of one large product in float32.
    [BenchmarkCategory(Attention), Benchmark(Baseline = true)]
    public void AttendFloor() => Multiply(2);

    [BenchmarkCategory(Attention), Benchmark]
    public void Attend() => kernels.Attend(attention, y_RD, logSums_NT);

    [BenchmarkCategory(AttentionBack), Benchmark(Baseline = true)]
    public void AttendBackwardFloor() => Multiply(5);

    [BenchmarkCategory(AttentionBack), Benchmark]
    public void AttendBackward() => kernels.AttendBackward(attention, x_RD, logSums_NT, projected_RF, projected_RF, projected_RF);

    [BenchmarkCategory(Loss), Benchmark(Baseline = true)]
    public void LabelFloor() => Copy(logits_CV.numel());

    [BenchmarkCategory(Loss), Benchmark]
    public void LabelWithBackward() => kernels.LabelWithBackward(logits_CV, labels_C, statistics_C3, 0.1f);

    /// <summary>As many multiplications as so many products of all queries and keys need.</summary>
    private void Multiply(long products)
    {
        var rows = products * StepSize.Rows * StepSize.Length * StepSize.Width / (Square * Square);
        for (; rows > 0; rows -= Square)
        {
            using var part = factor_RR.narrow(0, 0, Math.Min(rows, Square));
            using var result = product_RR.narrow(0, 0, Math.Min(rows, Square));
            result.addmm_(part, factor_RR, beta: 0, alpha: 1).Dispose();
        }
    }

    /// <summary>Reads and writes <paramref name="elements"/> of the compute type.</summary>
    private void Copy(long elements)
    {
        using var source = from.narrow(0, 0, elements);
        using var target = to.narrow(0, 0, elements);
        target.copy_(source).Dispose();
    }
}
