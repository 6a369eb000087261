using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using DistTrain.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Benchmarks;

/// <summary>
/// Products of a step. Each group's baseline is a product of square matrices with as many operations: the ratio is what the shape costs.
/// </summary>
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory, BenchmarkLogicalGroupRule.ByParams), CategoriesColumn]
public class ProductBenchmarks
{
    private const string FeedForward = "feed-forward", Output = "output, a chunk of rows", Scores = "scores of all heads";

    private Tensor _x_RD = null!, _inner_FD = null!, _table_VD = null!, _chunk_CD = null!, _query_NTE = null!, _keys_NES = null!;
    private Tensor _feedForwardSquare = null!, _outputSquare = null!, _scoresSquare = null!;

    [Params(Precision.Full, Precision.Mixed)]
    public Precision Precision { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        Tensor Random(params long[] shape) => randn(shape).to(Precision.Type());
        Tensor Square(double multiplications) => Random((long)Math.Cbrt(multiplications), (long)Math.Cbrt(multiplications));
        var head = StepSize.Width / StepSize.Heads;
        (_x_RD, _inner_FD) = (Random(StepSize.Rows, StepSize.Width), Random(StepSize.Inner, StepSize.Width).t());
        (_chunk_CD, _table_VD) = (Random(StepSize.LabelledRows, StepSize.Width), Random(StepSize.Vocabulary, StepSize.Width).t());
        (_query_NTE, _keys_NES) = (Random(StepSize.Sentences * StepSize.Heads, StepSize.Length, head),
            Random(StepSize.Sentences * StepSize.Heads, StepSize.Length, head).transpose(1, 2));
        _feedForwardSquare = Square((double)StepSize.Rows * StepSize.Width * StepSize.Inner);
        _outputSquare = Square((double)StepSize.LabelledRows * StepSize.Width * StepSize.Vocabulary);
        _scoresSquare = Square((double)StepSize.Rows * StepSize.Length * StepSize.Width);
    }

    [BenchmarkCategory(FeedForward), Benchmark(Baseline = true)]
    public void FeedForwardFloor() => _feedForwardSquare.mm(_feedForwardSquare).Dispose();

    [BenchmarkCategory(FeedForward), Benchmark]
    public void FeedForwardProduct() => _x_RD.mm(_inner_FD).Dispose();

    [BenchmarkCategory(Output), Benchmark(Baseline = true)]
    public void OutputFloor() => _outputSquare.mm(_outputSquare).Dispose();

    [BenchmarkCategory(Output), Benchmark]
    public void OutputProduct() => _chunk_CD.mm(_table_VD).Dispose();

    [BenchmarkCategory(Scores), Benchmark(Baseline = true)]
    public void ScoresFloor() => _scoresSquare.mm(_scoresSquare).Dispose();

    [BenchmarkCategory(Scores), Benchmark]
    public void ScoresProduct() => bmm(_query_NTE, _keys_NES).Dispose();
}
