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

    /// <param name="dropouts">Of the model.</param>
    public Decoder(TransformerOptions options, Dropouts dropouts) : base(nameof(Decoder))
    {
        layers = new ModuleList<DecoderLayer>([.. Enumerable.Range(0, options.DecoderLayers).Select(_ => new DecoderLayer(options, dropouts))]);
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

    /// <summary>One further position of every hypothesis of a search, one row each: [R, D].</summary>
    /// <param name="own">What each row sees of the cache.</param>
    /// <param name="source">What each row sees of the encoded sources.</param>
    public Tensor Step(Tensor x_RD, DecoderCache cache, VisibleSlots own, VisibleSlots source)
    {
        using var scope = NewDisposeScope();
        foreach (var (layer, state) in layers.Zip(cache.Layers)) x_RD = layer.Step(x_RD, state, own, source);
        return Normalized(x_RD).MoveToOuterDisposeScope();
    }

    private Tensor Normalized(Tensor x_RD) => norm is null ? x_RD : norm.forward(x_RD);
}
