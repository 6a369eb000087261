using DistTrain.Shared.Jobs;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DistTrain.Model.Modules;

/// <summary>The stack of decoder layers, with a final norm after pre-norm layers.</summary>
internal sealed class Decoder : nn.Module
{
    private readonly ModuleList<DecoderLayer> _layers;
    private readonly LayerNorm? _norm;

    /// <param name="dropouts">Of the model.</param>
    public Decoder(TransformerOptions options, Dropouts dropouts) : base(nameof(Decoder))
    {
        _layers = new ModuleList<DecoderLayer>([.. Enumerable.Range(0, options.DecoderLayers).Select(_ => new DecoderLayer(options, dropouts))]);
        register_module("layers", _layers);
        if (options.Norm != NormPlacement.Pre) return;
        _norm = nn.LayerNorm(options.DModel);
        register_module("norm", _norm);
    }

    public IEnumerable<MultiHeadAttention> SelfAttentions => _layers.Select(layer => layer.SelfAttention);

    public IEnumerable<MultiHeadAttention> SourceAttentions => _layers.Select(layer => layer.SourceAttention);

    /// <summary>Rows of sequences of <paramref name="length"/> positions each: [R, D] to [R, D].</summary>
    public Tensor Forward(Tensor x_RD, long length, Tensor memory_RD, Tensor sourceMask_N1S)
    {
        using var scope = NewDisposeScope();
        var causal_1TT = Masks.Causal(length, x_RD.device);
        foreach (var layer in _layers) x_RD = layer.Forward(x_RD, causal_1TT, memory_RD, sourceMask_N1S);
        return (_norm is null ? x_RD : _norm.forward(x_RD)).MoveToOuterDisposeScope();
    }
}
