using DistTrain.Model.Kernels;
using DistTrain.Model.Objectives;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Training;

/// <summary>
/// The Transformer of <see cref="Transformer"/> for training: forward keeps what backward needs, and backward adds the gradients of all
/// parameters to the flat ones, last layer first. Written by hand, without autograd: every step beside the products is one kernel, memory is
/// used again, and products and activations may be bfloat16 where gradients are float32. The modules say the same in torch's operators;
/// tests hold the two together.
/// </summary>
internal sealed class TransformerPass : IDisposable
{
    private readonly TransformerOptions options;
    private readonly StepClock? clock;
    private readonly IReadOnlyList<int> layerOffsets;
    private readonly PositionalEncoding positions;
    private readonly EmbeddingPass sourceEmbedding, targetEmbedding;
    private readonly EncoderLayerPass[] encoder;
    private readonly DecoderLayerPass[] decoder;
    private readonly NormPass? encoderNorm, decoderNorm;
    private EncodedSource? source;

    /// <param name="layerOffsets">See <see cref="Model.Weights.FlatParameters.LayerOffsets"/>.</param>
    public TransformerPass(TransformerOptions options, Weights weights, IReadOnlyList<int> layerOffsets, Kernels.Kernels kernels, StepClock? clock)
    {
        (this.options, this.layerOffsets, this.clock) = (options, layerOffsets, clock);
        Memory = new PassMemory(kernels);
        positions = new PositionalEncoding(options.DModel);
        var shared = options is { TieEmbeddings: true, SourceVocabularySize: null };
        sourceEmbedding = new EmbeddingPass(Memory, options, positions, weights[shared ? "embedding.weight" : "source_embedding.weight"]);
        targetEmbedding = new EmbeddingPass(Memory, options, positions, weights[options.TieEmbeddings ? "embedding.weight" : "target_embedding.weight"]);
        Output = weights[options.TieEmbeddings ? "embedding.weight" : "output_projection.weight"];
        encoder = [.. Enumerable.Range(0, options.EncoderLayers).Select(layer => new EncoderLayerPass(Memory, options, weights.Of($"encoder.layers.{layer}")))];
        decoder = [.. Enumerable.Range(0, options.DecoderLayers).Select(layer => new DecoderLayerPass(Memory, options, weights.Of($"decoder.layers.{layer}")))];
        if (options.Norm != NormPlacement.Pre) return;
        encoderNorm = LayerPasses.Norm(Memory, weights, "encoder.norm");
        decoderNorm = LayerPasses.Norm(Memory, weights, "decoder.norm");
    }

    public PassMemory Memory { get; }

    /// <summary>The output projection: [V, D].</summary>
    public Weight Output { get; }

    /// <summary>The decoder's output: [G x T, D], and some rows behind. Ends what was left of the pass before.</summary>
    /// <param name="pairs">In host memory.</param>
    /// <param name="dropout">From which the masks follow, with the pairs' examples; null: nothing is dropped.</param>
    public Tensor Forward(PaddedPairs pairs, long? dropout)
    {
        Memory.Begin();
        Memory.Dropouts.Begin(pairs, dropout, Memory.OnDevice);
        Memory.Dropouts.EnterSource();
        var sentences = SequencesOf(pairs.Source_BS, Visible(pairs.Source_BS));
        var x_RD = sourceEmbedding.Forward(pairs.Source_BS);
        clock?.Passed("embed");
        foreach (var layer in encoder) x_RD = layer.Forward(x_RD, sentences);
        if (encoderNorm is not null) x_RD = encoderNorm.Forward(x_RD);
        source = new EncodedSource(x_RD, Memory.TakeLike(x_RD).zero_(), sentences);
        clock?.Passed("encoder");

        Memory.Dropouts.EnterTarget();
        var y_RD = targetEmbedding.Forward(pairs.TargetInput_GT);
        clock?.Passed("embed");
        var targets = SequencesOf(pairs.TargetInput_GT, KeyVisibility.Causal);
        foreach (var layer in decoder) y_RD = layer.Forward(y_RD, targets, source);
        if (decoderNorm is not null) y_RD = decoderNorm.Forward(y_RD);
        clock?.Passed("decoder");
        return y_RD;
    }

    /// <summary>Adds the gradients of all parameters except what the loss has added to the output projection's.</summary>
    /// <param name="d_RD">Of the decoder's output. Is used up.</param>
    /// <param name="final">See <see cref="IObjective{TBatch}.Backward"/>.</param>
    public void Backward(Tensor d_RD, Action<int>? final)
    {
        clock?.Passed("loss");
        decoderNorm?.Backward(d_RD, d_RD, add: false);
        for (var layer = decoder.Length - 1; layer >= 0; layer--)
        {
            decoder[layer].Backward(d_RD);
            final?.Invoke(layerOffsets[encoder.Length + layer]);
        }
        clock?.Passed("decoder");
        targetEmbedding.Backward(d_RD);
        clock?.Passed("embed");

        var dSource_RD = source!.DRows_RD;
        encoderNorm?.Backward(dSource_RD, dSource_RD, add: false);
        for (var layer = encoder.Length - 1; layer >= 0; layer--)
        {
            encoder[layer].Backward(dSource_RD);
            final?.Invoke(layerOffsets[layer]);
        }
        clock?.Passed("encoder");
        sourceEmbedding.Backward(dSource_RD);
        final?.Invoke(0);
        clock?.Passed("embed");
    }

    public void Dispose()
    {
        Memory.Dispose();
        positions.Dispose();
    }

    private KeyVisibility Visible(Tensor tokens_BS)
    {
        var lengths = Lengths(tokens_BS);
        return KeyVisibility.Padded(lengths, options.Heads, Memory.OnDevice(tensor(lengths)));
    }

    private static Sequences SequencesOf(Tensor tokens_BT, KeyVisibility visible) => new((int)tokens_BT.size(0), (int)tokens_BT.size(1), visible);

    /// <summary>Tokens before the padding of each sentence.</summary>
    private static int[] Lengths(Tensor tokens_BS)
    {
        var (tokens, width) = (tokens_BS.data<long>(), (int)tokens_BS.size(1));
        return [.. Enumerable.Range(0, (int)tokens_BS.size(0)).Select(row => Enumerable.Range(0, width).Count(at => tokens[row * width + at] != SpecialTokens.Pad))];
    }
}
