using System.Diagnostics;
using DistTrain.Model;
using DistTrain.Model.Batches;
using DistTrain.Model.Modules;
using DistTrain.Model.Objectives;
using DistTrain.Model.Optimization;
using DistTrain.Model.Weights;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Cli.Commands.Bench;

/// <summary>
/// Times training steps on random tokens without padding: forward, label-smoothed loss, backward and Adam, as a worker without a ring takes them.
/// </summary>
internal sealed class TimedSteps : IDisposable
{
    private const double LabelSmoothing = 0.1;
    private const int SmallestGemm = 256, LargestGemm = 2048;
    private static readonly TimeSpan GemmPatience = TimeSpan.FromSeconds(0.5);

    private readonly TransformerOptions _options;
    private readonly ScalarType _type;
    private readonly Device _device;
    private readonly SentencePairs _batch;
    private readonly Transformer _model;
    private readonly FlatParameters _parameters;
    private readonly SupervisedObjective _objective;
    private readonly AdamOptimizer _optimizer;
    private readonly StepClock _clock = new();
    private long _steps;

    /// <param name="sentences">Pairs of a batch.</param>
    /// <param name="length">Source and target tokens of each, EOS included. At least 1.</param>
    /// <param name="device">What the steps compute on. Null: the CPU.</param>
    public TimedSteps(TransformerOptions options, int sentences, int length, Precision precision, Device? device = null)
    {
        (_options, _type, _device) = (options, precision.Type(), device ?? CPU);
        var random = new Random(1);
        int[][] Sentences() =>
            [.. Enumerable.Range(0, sentences)
                .Select(_ => Enumerable.Range(1, length - 1).Select(_ => random.Next(SpecialTokens.Count, options.VocabularySize)).ToArray())];
        _batch = new SentencePairs(Sentences(), Sentences());
        _model = new Transformer(options);
        Initialization.Initialize(_model, 1);
        _parameters = new FlatParameters(_model, precision, device) { PartDone = _clock.Passed };
        _objective = new SupervisedObjective(_parameters, LabelSmoothing);
        _optimizer = new AdamOptimizer(_parameters, new OptimizerSpec());
    }

    /// <summary>Takes one step.</summary>
    /// <returns>Its time by part: <c>embed</c>, <c>encoder</c>, <c>decoder</c>, <c>loss</c>, <c>optimizer</c>.</returns>
    public IReadOnlyDictionary<string, TimeSpan> Step()
    {
        _clock.Take();
        var sums = _objective.Backward(_batch, seed: _steps++);
        _optimizer.Step(1e-4, 1 / sums.Units);
        _clock.Passed("optimizer");
        return _clock.Take();
    }

    /// <summary>Operations that the products of one step cannot do without: twice the multiplications, forward and twice backward.</summary>
    public double NecessaryOperations
    {
        get
        {
            var (width, tokens) = ((double)_options.DModel, (double)_batch.Sources.Length * (_batch.Sources[0].Length + 1));
            var attention = 2 * width * (_batch.Sources[0].Length + 1);
            var feedForward = 2 * width * _options.DFeedForward;
            var perToken = _options.EncoderLayers * (4 * width * width + attention + feedForward)
                + _options.DecoderLayers * (8 * width * width + 2 * attention + feedForward) + width * _options.VocabularySize;
            return 2 * 3 * tokens * perToken;
        }
    }

    /// <summary>
    /// Operations a second of a square product in the precision's type, of 2,048 or of the largest size that the machine multiplies six times within
    /// some seconds: the best of six. Without instructions for bfloat16 a processor takes a minute for one product of 2,048.
    /// </summary>
    public double MeasureGemm()
    {
        var rate = 0.0;
        for (var size = SmallestGemm; size <= LargestGemm; size *= 2)
        {
            var fastest = FastestProduct(size);
            rate = 2 * Math.Pow(size, 3) / fastest.TotalSeconds;
            // Twice the size takes eight times as long.
            if (8 * fastest > GemmPatience) break;
        }
        return rate;
    }

    private TimeSpan FastestProduct(int size)
    {
        using var scope = NewDisposeScope();
        var (a, b) = (Factor(size), Factor(size));
        return Enumerable.Range(0, 6).Min(_ =>
        {
            var start = Stopwatch.GetTimestamp();
            using (var product = a.mm(b)) Wait(product);
            return Stopwatch.GetElapsedTime(start);
        });
    }

    private Tensor Factor(int size) => rand(size, size, _type, _device);

    /// <summary>Until the device has computed it.</summary>
    private static void Wait(Tensor product)
    {
        using var element = product[0, 0];
        element.cpu().Dispose();
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _parameters.Dispose();
        _model.Dispose();
    }
}
