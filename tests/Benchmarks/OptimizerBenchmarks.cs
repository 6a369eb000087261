using BenchmarkDotNet.Attributes;
using DistTrain.Model;
using DistTrain.Model.Modules;
using DistTrain.Model.Optimization;
using DistTrain.Model.Weights;
using DistTrain.Shared.Jobs;
using static TorchSharp.torch;

namespace DistTrain.Benchmarks;

/// <summary>One update of a base model. The floor: the norm reads the gradients once, Adam reads four vectors and writes three.</summary>
[MemoryDiagnoser(displayGenColumns: false)]
public class OptimizerBenchmarks
{
    private AdamOptimizer _optimizer = null!;
    private FlatParameters _parameters = null!;
    private TorchSharp.torch.Tensor _from = null!, _to = null!;

    [GlobalSetup]
    public void Setup()
    {
        var model = new Transformer(new TransformerOptions { VocabularySize = (int)StepSize.Vocabulary });
        Initialization.Initialize(model, 1);
        _parameters = new FlatParameters(model);
        _parameters.Gradients.Fill(1e-3f);
        _optimizer = new AdamOptimizer(_parameters, new OptimizerSpec());
        (_from, _to) = (zeros(4L * _parameters.Values.Length), zeros(4L * _parameters.Values.Length));
    }

    [Benchmark(Baseline = true)]
    public void Floor() => _to.copy_(_from);

    [Benchmark]
    public double Step() => _optimizer.Step(1e-6, 1);
}
