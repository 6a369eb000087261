using DistTrain.Model.Decoding;
using DistTrain.Shared.Jobs;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DistTrain.Model;

/// <summary>The stack of decoder layers, with a final norm after pre-norm layers.</summary>
internal sealed class Decoder : nn.Module
{
    private readonly ModuleList<DecoderLayer> layers;
    private readonly LayerNorm? norm;

    public Decoder(TransformerOptions options) : base(nameof(Decoder))
    {
        layers = new ModuleList<DecoderLayer>([.. Enumerable.Range(0, options.DecoderLayers).Select(_ => new DecoderLayer(options))]);
        register_module("layers", layers);
        if (options.Norm != NormPlacement.Pre) return;
        norm = nn.LayerNorm(options.DModel);
        register_module("norm", norm);
    }

    public IEnumerable<MultiHeadAttention> SelfAttentions => layers.Select(layer => layer.SelfAttention);

    public IEnumerable<MultiHeadAttention> SourceAttentions => layers.Select(layer => layer.SourceAttention);

    /// <summary>Rows of sequences of <paramref name="length"/> positions each: [R, D] to [R, D].</summary>
    public Tensor Forward(Tensor x_RD, long length, Tensor memory_RD, Tensor sourceMask_N1S)
    {
        using var scope = NewDisposeScope();
        var causal_1TT = Masks.Causal(length, x_RD.device);
        foreach (var layer in layers) x_RD = layer.Forward(x_RD, causal_1TT, memory_RD, sourceMask_N1S);
        return Normalized(x_RD).MoveToOuterDisposeScope();
    }

    /// <summary>One further position of every sequence, one row each: [R, D].</summary>
    /// <param name="width">Sequences of each sentence.</param>
    /// <param name="ancestors_NKC">Hides what the cache has of other sequences; null: nothing.</param>
    public Tensor Step(Tensor x_RD, long width, DecoderCache cache, Tensor? ancestors_NKC)
    {
        using var scope = NewDisposeScope();
        foreach (var (layer, state) in layers.Zip(cache.Layers)) x_RD = layer.Step(x_RD, width, state, ancestors_NKC, cache.SourceMask_N1S);
        return Normalized(x_RD).MoveToOuterDisposeScope();
    }

    /// <summary>Keys and values of an encoded source, for each layer.</summary>
    public IEnumerable<KeysValues> ProjectMemory(Tensor memory_RD, long length) => layers.Select(layer => layer.ProjectMemory(memory_RD, length));

    private Tensor Normalized(Tensor x_RD) => norm is null ? x_RD : norm.forward(x_RD);
}
