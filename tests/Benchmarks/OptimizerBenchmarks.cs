using BenchmarkDotNet.Attributes;
using DistTrain.Model;
using DistTrain.Model.Optimization;
using DistTrain.Model.Weights;
using DistTrain.Shared.Jobs;
using static TorchSharp.torch;

namespace DistTrain.Benchmarks;

/// <summary>One update of a base model. The floor: the norm reads the gradients once, Adam reads four vectors and writes three.</summary>
[MemoryDiagnoser(displayGenColumns: false)]
public class OptimizerBenchmarks
{
    private AdamOptimizer optimizer = null!;
    private FlatParameters parameters = null!;
    private TorchSharp.torch.Tensor from = null!, to = null!;

    [GlobalSetup]
    public void Setup()
    {
        var model = new Transformer(new TransformerOptions { VocabularySize = (int)StepSize.Vocabulary });
        Initialization.Initialize(model, 1);
        parameters = new FlatParameters(model);
        parameters.Gradients.Fill(1e-3f);
        optimizer = new AdamOptimizer(parameters, new OptimizerSpec());
        (from, to) = (zeros(4L * parameters.Values.Length), zeros(4L * parameters.Values.Length));
    }

    [Benchmark(Baseline = true)]
    public void Floor() => to.copy_(from);

    [Benchmark]
    public double Step() => optimizer.Step(1e-6, 1);
}
