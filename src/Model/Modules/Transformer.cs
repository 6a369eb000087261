using DistTrain.Model.Batches;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DistTrain.Model.Modules;

/// <summary>
/// The encoder-decoder Transformer of "Attention Is All You Need" (Vaswani et al. 2017). Parameters have PyTorch's names. New weights are
/// not initialised: see <see cref="Initialization"/> and <see cref="Model.Weights.ModelFile"/>.
/// </summary>
/// <remarks>Shapes: B sentences, S source and T target positions, D d_model, V vocabulary, R rows (all positions of all sentences).</remarks>
public sealed class Transformer : nn.Module
{
    private readonly Embeddings _embeddings;
    private readonly Encoder _encoder;
    private readonly Decoder _decoder;

    /// <exception cref="ArgumentException">The heads do not divide d_model.</exception>
    public Transformer(TransformerOptions options) : base(nameof(Transformer))
    {
        if (options.DModel % options.Heads != 0)
            throw new ArgumentException($"d_model is {options.DModel}, which {options.Heads} heads do not divide evenly. Choose a multiple of the " +
                "heads.", nameof(options));
        Options = options;
        _embeddings = new Embeddings(options, Dropouts);
        _encoder = new Encoder(options, Dropouts);
        _decoder = new Decoder(options, Dropouts);
        if (_embeddings.Source != _embeddings.Target) register_module("source_embedding", _embeddings.Source);
        register_module(options.TieEmbeddings ? "embedding" : "target_embedding", _embeddings.Target);
        if (!options.TieEmbeddings) register_module("output_projection", _embeddings.Output);
        register_module("encoder", _encoder);
        register_module("decoder", _decoder);
        // The model lives until it is disposed, whatever scope it was made in.
        foreach (var parameter in parameters()) parameter.DetachFromDisposeScope();
    }

    public TransformerOptions Options { get; }

    /// <summary>What the modules drop: nothing, unless a pass was begun that does.</summary>
    internal Dropouts Dropouts { get; } = new();

    /// <summary>The output projection: [V, D].</summary>
    internal Parameter OutputWeight_VD => _embeddings.Output.weight!;

    /// <summary>Encodes padded sources.</summary>
    /// <param name="source_BS">Token ids (int64), each sentence ending in EOS, then padding.</param>
    /// <returns>[B, S, D].</returns>
    public Tensor Encode(Tensor source_BS)
    {
        using var scope = NewDisposeScope();
        return EncodeRows(source_BS, Masks.Padding(source_BS, Options.Heads)).view(source_BS.shape[0], source_BS.shape[1], -1)
            .MoveToOuterDisposeScope();
    }

    /// <summary>Decodes padded target prefixes all at once; position t sees the tokens up to t.</summary>
    /// <param name="target_GT">Token ids (int64), BOS first. G = B, or a multiple: then sequences of one source stand next to each other.</param>
    /// <param name="memory_BSD">Of <see cref="Encode"/>.</param>
    /// <param name="source_BS">The tokens that were encoded: their padding is hidden.</param>
    /// <returns>[G, T, D], the input of the output projection.</returns>
    public Tensor Decode(Tensor target_GT, Tensor memory_BSD, Tensor source_BS)
    {
        using var scope = NewDisposeScope();
        var rows_RD = DecodeRows(target_GT, memory_BSD.reshape(-1, Options.DModel), Masks.Padding(source_BS, Options.Heads));
        return rows_RD.view(target_GT.shape[0], target_GT.shape[1], -1).MoveToOuterDisposeScope();
    }

    /// <summary>Logits over the vocabulary: [.., D] to [.., V].</summary>
    public Tensor Project(Tensor decoded) => nn.functional.linear(decoded, OutputWeight_VD);

    /// <summary>Encoder and decoder in one pass, as rows: [G x T, D].</summary>
    internal Tensor Forward(Tensor source_BS, Tensor target_GT)
    {
        using var scope = NewDisposeScope();
        var mask_N1S = Masks.Padding(source_BS, Options.Heads);
        return DecodeRows(target_GT, EncodeRows(source_BS, mask_N1S), mask_N1S).MoveToOuterDisposeScope();
    }

    /// <summary>What every head looks at while the model reads a sentence and writes a translation, without dropout.</summary>
    /// <param name="source">Token ids without EOS, which is added.</param>
    /// <param name="target">Token ids of the translation without BOS, which is added: position t of the decoder reads the tokens before t.</param>
    public AttentionWeights Attend(int[] source, int[] target)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        eval();
        var recording = new AttentionRecording(_encoder.SelfAttentions, _decoder.SelfAttentions, _decoder.SourceAttentions);
        return recording.Of(() => Forward(TokenMatrix.Sources([source]), TokenMatrix.TargetInputs([target])));
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _embeddings.Dispose();
        base.Dispose(disposing);
    }

    private Tensor EncodeRows(Tensor source_BS, Tensor mask_N1S)
    {
        Dropouts.EnterSource();
        using var x_RD = _embeddings.Embed(_embeddings.Source, source_BS, 0);
        return _encoder.Forward(x_RD, mask_N1S);
    }

    private Tensor DecodeRows(Tensor target_GT, Tensor memory_RD, Tensor sourceMask_N1S)
    {
        Dropouts.EnterTarget();
        using var x_RD = _embeddings.Embed(_embeddings.Target, target_GT, 0);
        return _decoder.Forward(x_RD, target_GT.shape[1], memory_RD, sourceMask_N1S);
    }
}
