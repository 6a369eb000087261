using DistTrain.Model.Batches;
using DistTrain.Model.Kernels;
using DistTrain.Model.Modules;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Passes;

/// <summary>
/// The Transformer of <see cref="Transformer"/> for training: forward keeps what backward needs, and backward adds the gradients of all
/// parameters to the flat ones, last layer first. Written by hand, without autograd: every step beside the products is one kernel, memory is
/// used again, and products and activations may be bfloat16 where gradients are float32. The modules say the same in torch's operators;
/// tests hold the two together.
/// </summary>
internal sealed class TransformerPass : IDisposable
{
    private readonly TransformerOptions _options;
    private readonly Action<string>? _partDone;
    private readonly IReadOnlyList<int> _layerOffsets;
    private readonly PositionalEncoding _positions;
    private readonly EmbeddingPass _sourceEmbedding, _targetEmbedding;
    private readonly EncoderLayerPass[] _encoder;
    private readonly DecoderLayerPass[] _decoder;
    private readonly NormPass? _encoderNorm, _decoderNorm;
    private EncodedSource? _source;

    /// <param name="layerOffsets">See <see cref="Model.Weights.FlatParameters.LayerOffsets"/>.</param>
    /// <param name="partDone">See <see cref="Model.Weights.FlatParameters.PartDone"/>.</param>
    public TransformerPass(TransformerOptions options, ParameterViews parameters, IReadOnlyList<int> layerOffsets, TrainingKernels kernels,
        Action<string>? partDone)
    {
        (_options, _layerOffsets, _partDone) = (options, layerOffsets, partDone);
        Memory = new PassMemory(kernels);
        _positions = new PositionalEncoding(options.DModel);
        var shared = options is { TieEmbeddings: true, SourceVocabularySize: null };
        _sourceEmbedding = new EmbeddingPass(Memory, options, _positions, parameters[shared ? "embedding.weight" : "source_embedding.weight"]);
        _targetEmbedding = new EmbeddingPass(Memory, options, _positions,
            parameters[options.TieEmbeddings ? "embedding.weight" : "target_embedding.weight"]);
        Output = parameters[options.TieEmbeddings ? "embedding.weight" : "output_projection.weight"];
        _encoder = [.. Enumerable.Range(0, options.EncoderLayers)
            .Select(layer => new EncoderLayerPass(Memory, options, parameters.Of($"encoder.layers.{layer}")))];
        _decoder = [.. Enumerable.Range(0, options.DecoderLayers)
            .Select(layer => new DecoderLayerPass(Memory, options, parameters.Of($"decoder.layers.{layer}")))];
        if (options.Norm != NormPlacement.Pre) return;
        _encoderNorm = NormPass.Of(Memory, parameters, "encoder.norm");
        _decoderNorm = NormPass.Of(Memory, parameters, "decoder.norm");
    }

    public PassMemory Memory { get; }

    /// <summary>The output projection: [V, D].</summary>
    public ParameterView Output { get; }

    /// <summary>The decoder's output: [G x T, D], and some rows behind. Ends what was left of the pass before.</summary>
    /// <param name="pairs">In host memory.</param>
    /// <param name="dropout">From which the masks follow, with the pairs' examples; null: nothing is dropped.</param>
    public Tensor Forward(PaddedPairs pairs, long? dropout)
    {
        Memory.Begin();
        Memory.Dropouts.Begin(pairs, dropout, Memory.OnDevice);
        Memory.Dropouts.EnterSource();
        var sentences = SequencesOf(pairs.Source_BS, Visible(pairs.Source_BS));
        var x_RD = _sourceEmbedding.Forward(pairs.Source_BS);
        _partDone?.Invoke("embed");
        foreach (var layer in _encoder) x_RD = layer.Forward(x_RD, sentences);
        if (_encoderNorm is not null) x_RD = _encoderNorm.Forward(x_RD);
        _source = new EncodedSource(x_RD, Memory.TakeLike(x_RD).zero_(), sentences);
        _partDone?.Invoke("encoder");

        Memory.Dropouts.EnterTarget();
        var y_RD = _targetEmbedding.Forward(pairs.TargetInput_GT);
        _partDone?.Invoke("embed");
        var targets = SequencesOf(pairs.TargetInput_GT, KeyVisibility.Causal);
        foreach (var layer in _decoder) y_RD = layer.Forward(y_RD, targets, _source);
        if (_decoderNorm is not null) y_RD = _decoderNorm.Forward(y_RD);
        _partDone?.Invoke("decoder");
        return y_RD;
    }

    /// <summary>Adds the gradients of all parameters except what the loss has added to the output projection's.</summary>
    /// <param name="d_RD">Of the decoder's output. Is used up.</param>
    /// <param name="final">See <see cref="Model.Objectives.IObjective{TBatch}.Backward"/>.</param>
    public void Backward(Tensor d_RD, Action<int>? final)
    {
        _partDone?.Invoke("loss");
        _decoderNorm?.Backward(d_RD, d_RD, add: false);
        for (var layer = _decoder.Length - 1; layer >= 0; layer--)
        {
            _decoder[layer].Backward(d_RD);
            final?.Invoke(_layerOffsets[_encoder.Length + layer]);
        }
        _partDone?.Invoke("decoder");
        _targetEmbedding.Backward(d_RD);
        _partDone?.Invoke("embed");

        var dSource_RD = _source!.DRows_RD;
        _encoderNorm?.Backward(dSource_RD, dSource_RD, add: false);
        for (var layer = _encoder.Length - 1; layer >= 0; layer--)
        {
            _encoder[layer].Backward(dSource_RD);
            final?.Invoke(_layerOffsets[layer]);
        }
        _partDone?.Invoke("encoder");
        _sourceEmbedding.Backward(dSource_RD);
        final?.Invoke(0);
        _partDone?.Invoke("embed");
    }

    public void Dispose()
    {
        Memory.Dispose();
        _positions.Dispose();
    }

    private KeyVisibility Visible(Tensor tokens_BS)
    {
        var lengths = Lengths(tokens_BS);
        return KeyVisibility.Padded(lengths, _options.Heads, Memory.OnDevice(tensor(lengths)));
    }

    private static Sequences SequencesOf(Tensor tokens_BT, KeyVisibility visible) => new((int)tokens_BT.size(0), (int)tokens_BT.size(1), visible);

    /// <summary>Tokens before the padding of each sentence.</summary>
    private static int[] Lengths(Tensor tokens_BS)
    {
        var (tokens, width) = (tokens_BS.data<long>(), (int)tokens_BS.size(1));
        return [.. Enumerable.Range(0, (int)tokens_BS.size(0))
            .Select(row => Enumerable.Range(0, width).Count(at => tokens[row * width + at] != SpecialTokens.Pad))];
    }
}
