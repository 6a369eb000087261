using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using DistTrain.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Benchmarks;

/// <summary>Products of a step. Each group's baseline is a product of square matrices with as many operations: the ratio is what the shape costs.</summary>
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory, BenchmarkLogicalGroupRule.ByParams), CategoriesColumn]
public class ProductBenchmarks
{
    private const string FeedForward = "feed-forward", Output = "output, a chunk of rows", Scores = "scores of all heads";

    private Tensor x_RD = null!, inner_FD = null!, table_VD = null!, chunk_CD = null!, query_NTE = null!, keys_NES = null!;
    private Tensor feedForwardSquare = null!, outputSquare = null!, scoresSquare = null!;

    [Params(Precision.Full, Precision.Mixed)]
    public Precision Precision { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        Tensor Random(params long[] shape) => randn(shape).to(Precision.Type());
        Tensor Square(double multiplications) => Random((long)Math.Cbrt(multiplications), (long)Math.Cbrt(multiplications));
        var head = StepSize.Width / StepSize.Heads;
        (x_RD, inner_FD) = (Random(StepSize.Rows, StepSize.Width), Random(StepSize.Inner, StepSize.Width).t());
        (chunk_CD, table_VD) = (Random(StepSize.LabelledRows, StepSize.Width), Random(StepSize.Vocabulary, StepSize.Width).t());
        (query_NTE, keys_NES) = (Random(StepSize.Sentences * StepSize.Heads, StepSize.Length, head), Random(StepSize.Sentences * StepSize.Heads, StepSize.Length, head).transpose(1, 2));
        feedForwardSquare = Square((double)StepSize.Rows * StepSize.Width * StepSize.Inner);
        outputSquare = Square((double)StepSize.LabelledRows * StepSize.Width * StepSize.Vocabulary);
        scoresSquare = Square((double)StepSize.Rows * StepSize.Length * StepSize.Width);
    }

    [BenchmarkCategory(FeedForward), Benchmark(Baseline = true)]
    public void FeedForwardFloor() => feedForwardSquare.mm(feedForwardSquare).Dispose();

    [BenchmarkCategory(FeedForward), Benchmark]
    public void FeedForwardProduct() => x_RD.mm(inner_FD).Dispose();

    [BenchmarkCategory(Output), Benchmark(Baseline = true)]
    public void OutputFloor() => outputSquare.mm(outputSquare).Dispose();

    [BenchmarkCategory(Output), Benchmark]
    public void OutputProduct() => chunk_CD.mm(table_VD).Dispose();

    [BenchmarkCategory(Scores), Benchmark(Baseline = true)]
    public void ScoresFloor() => scoresSquare.mm(scoresSquare).Dispose();

    [BenchmarkCategory(Scores), Benchmark]
    public void ScoresProduct() => bmm(query_NTE, keys_NES).Dispose();
}
