using DistTrain.Model.Batches;
using DistTrain.Model.Kernels;
using DistTrain.Model.Modules;
using DistTrain.Model.Passes;
using DistTrain.Model.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Objectives;

/// <summary>
/// A decoder's output at the positions whose label counts, and the loss's way back from there. Output projection, log-softmax and their
/// gradients are computed chunk by chunk: a chunk of logits turns into its own gradient, padding costs nothing, and the whole matrix of
/// logits never exists.
/// </summary>
internal sealed class LabelledOutput
{
    /// <summary>Rows of a chunk are a multiple of this, for the reason that <see cref="ProductRows.Rounded"/> gives.</summary>
    private const int RowStep = 64;

    /// <summary>Columns of a chunk's statistics, log-probabilities: see <see cref="TrainingKernels.CrossEntropy"/>.</summary>
    public const int OfLabel = 1, MeanOverVocabulary = 2;

    private readonly TransformerPass? _pass;
    private readonly TrainingKernels _kernels;
    private readonly Tensor _decoded_RD;
    private readonly Tensor _rows_L;
    private readonly Tensor _labels_L;
    private readonly Tensor _weight_VD;
    private readonly Tensor _hidden_CD;
    private readonly Tensor _logits_CV;
    private readonly Tensor? _gradient_RD;

    private LabelledOutput(Tensor decoded_RD, Tensor weight_VD, PaddedPairs pairs, TrainingKernels kernels, TransformerPass? pass)
    {
        (_decoded_RD, _weight_VD, _kernels, _pass) = (decoded_RD, weight_VD, kernels, pass);
        var labelled_L = pairs.LabelledRows();
        _rows_L = OnDevice(labelled_L);
        _labels_L = OnDevice(pairs.Labels_GT.reshape(-1).index_select(0, labelled_L));
        var rows = Rounded(Math.Min(Count, ChunkRows));
        _hidden_CD = Take(rows, decoded_RD.size(-1));
        _logits_CV = Take(rows, weight_VD.size(0));
        _gradient_RD = pass?.Memory.TakeLike(decoded_RD).zero_();
    }

    /// <summary>Positions whose label counts.</summary>
    public int Count => (int)_rows_L.size(0);

    /// <summary>Where it is computed.</summary>
    public Device Device => _kernels.Device;

    /// <summary>Positions in a chunk. One of more, because it holds a sequence that is not to be parted, takes memory of its own.</summary>
    public int ChunkRows => Math.Max(RowStep, (int)(_kernels.LogitsAtOnce / _weight_VD.size(0)) / RowStep * RowStep);

    /// <summary>Of a training step, under no_grad.</summary>
    /// <param name="dropout">Its seed; null: nothing is dropped.</param>
    public static LabelledOutput ForTraining(FlatParameters parameters, PaddedPairs pairs, long? dropout)
    {
        var pass = parameters.PreparePass();
        return new LabelledOutput(pass.Forward(pairs, dropout), pass.Output.Value, pairs, pass.Memory.Kernels, pass);
    }

    /// <summary>
    /// Without a way back and without dropout, under no_grad. In the precision that the model is trained in: a reference that was scored in
    /// another would differ from the policy before DPO's first step. On the device too, where the modules are not.
    /// </summary>
    public static LabelledOutput ForScores(FlatParameters parameters, PaddedPairs pairs)
    {
        var kernels = parameters.Kernels;
        return kernels.Type == ScalarType.Float32 && kernels.Device.type == DeviceType.CPU
            ? OfModules(parameters.Model, pairs, kernels) : ForTraining(parameters, pairs, dropout: null);
    }

    /// <summary>The same of a model that is not trained: in float32, on the device that it is on.</summary>
    public static LabelledOutput ForScores(Transformer model, PaddedPairs pairs) =>
        OfModules(model, pairs, KernelChoice.Of(ScalarType.Float32, model.OutputWeight_VD.device));

    private static LabelledOutput OfModules(Transformer model, PaddedPairs pairs, TrainingKernels kernels)
    {
        model.eval();
        var device = model.OutputWeight_VD.device;
        var decoded_RD = model.Forward(pairs.Source_BS.to(device), pairs.TargetInput_GT.to(device));
        return new LabelledOutput(decoded_RD, model.OutputWeight_VD, pairs, kernels, null);
    }

    /// <summary>
    /// Projects some positions and normalises them. In a scope of its own. Positions of different chunks differ; their order does not matter.
    /// </summary>
    public Chunk Project(int first, int count)
    {
        var chunk = Logits(first, count);
        _kernels.CrossEntropy(chunk.Logits_CV, chunk.Labels_C, chunk.Statistics_C3);
        return chunk;
    }

    /// <summary>The same, with the gradient of a loss that weighs all positions alike: see <see cref="Chunk.Backward"/>.</summary>
    public Chunk ProjectWithBackward(int first, int count, double smoothing)
    {
        var chunk = Logits(first, count);
        _kernels.CrossEntropyWithBackward(chunk.Logits_CV, chunk.Labels_C, chunk.Statistics_C3, (float)smoothing);
        AddGradients(chunk);
        return chunk;
    }

    /// <summary>Takes the collected gradient through the model, to the gradients of all parameters. Uses it up.</summary>
    /// <param name="final">See <see cref="IObjective{TBatch}.Backward"/>.</param>
    public void Backward(Action<int>? final) => _pass!.Backward(_gradient_RD!, final);

    /// <summary>Copies the chunk's own rows: the products are of more, and those behind must be nobody's.</summary>
    private Chunk Logits(int first, int count)
    {
        var rows_C = _rows_L.narrow(0, first, count);
        var rows = Rounded(count);
        var chunk_CD = Of(_hidden_CD, rows);
        _kernels.GatherRows(_decoded_RD, rows_C, chunk_CD);
        var chunk_CV = Of(_logits_CV, rows).addmm_(chunk_CD, _weight_VD.t(), beta: 0, alpha: 1);
        return new Chunk(this, rows_C, chunk_CD, _labels_L.narrow(0, first, count), chunk_CV, empty(count, 3, device: _kernels.Device));
    }

    /// <inheritdoc cref="PassMemory.OnDevice"/>
    public Tensor OnDevice(Tensor host) => _pass is null ? host.to(_kernels.Device) : _pass.Memory.OnDevice(host);

    /// <summary>Of the pass, so that no step asks the system for memory that the step before gave back.</summary>
    private Tensor Take(long rows, long width) => _pass is null ? empty(rows, width, _kernels.Type, _kernels.Device) : _pass.Memory.Take(rows, width);

    private static int Rounded(int rows) => (rows + RowStep - 1) / RowStep * RowStep;

    private static Tensor Of(Tensor chunk, int rows) => rows <= chunk.size(0)
        ? chunk.narrow(0, 0, rows) : empty(rows, chunk.size(1), chunk.dtype, chunk.device);

    private void AddGradients(Chunk chunk)
    {
        _pass!.Memory.AddGradient(chunk.Logits_CV, chunk.Hidden_CD, _pass.Output);
        // The hidden rows are not needed any more.
        var gradient_CD = chunk.Hidden_CD.addmm_(chunk.Logits_CV, _weight_VD, beta: 0, alpha: 1);
        _kernels.ScatterRows(gradient_CD, chunk.Rows_C, _gradient_RD!);
    }

    /// <summary>Some positions. The next chunk takes its place.</summary>
    internal sealed class Chunk(LabelledOutput output, Tensor rows_C, Tensor hidden_CD, Tensor labels_C, Tensor logits_CV, Tensor statistics_C3)
    {
        /// <summary>Which of the decoder's rows they are.</summary>
        public Tensor Rows_C => rows_C;

        /// <summary>The decoder's output there.</summary>
        public Tensor Hidden_CD => hidden_CD;

        public Tensor Labels_C => labels_C;

        /// <summary>Or their gradient.</summary>
        public Tensor Logits_CV => logits_CV;

        public Tensor Statistics_C3 => statistics_C3;

        /// <summary>Log-probability of each label, in host memory: waits for the device.</summary>
        public float[] OfLabels()
        {
            using var scope = NewDisposeScope();
            return statistics_C3.select(1, OfLabel).contiguous().cpu().data<float>().ToArray();
        }

        /// <summary>
        /// Adds the gradient of sum_c weight_c ((1 - s) nll_c + s mean_v nll_cv), where s is the smoothing. The logits are used up.
        /// </summary>
        /// <param name="weights_C">Weight of each position.</param>
        public void Backward(double smoothing, Tensor weights_C)
        {
            output._kernels.CrossEntropyBackward(logits_CV, labels_C, statistics_C3, (float)smoothing, weights_C);
            output.AddGradients(this);
        }
    }
}
