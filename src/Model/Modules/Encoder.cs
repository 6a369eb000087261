using DistTrain.Shared.Jobs;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DistTrain.Model.Modules;

/// <summary>The stack of encoder layers; with pre-norm layers a final norm follows, without which their sum would leave unnormalised.</summary>
internal sealed class Encoder : nn.Module
{
    private readonly ModuleList<EncoderLayer> _layers;
    private readonly LayerNorm? _norm;

    /// <param name="dropouts">Of the model.</param>
    public Encoder(TransformerOptions options, Dropouts dropouts) : base(nameof(Encoder))
    {
        _layers = new ModuleList<EncoderLayer>([.. Enumerable.Range(0, options.EncoderLayers).Select(_ => new EncoderLayer(options, dropouts))]);
        register_module("layers", _layers);
        if (options.Norm != NormPlacement.Pre) return;
        _norm = nn.LayerNorm(options.DModel);
        register_module("norm", _norm);
    }

    public IEnumerable<MultiHeadAttention> SelfAttentions => _layers.Select(layer => layer.SelfAttention);

    public Tensor Forward(Tensor x_RD, Tensor mask_N1S)
    {
        using var scope = NewDisposeScope();
        foreach (var layer in _layers) x_RD = layer.Forward(x_RD, mask_N1S);
        return (_norm is null ? x_RD : _norm.forward(x_RD)).MoveToOuterDisposeScope();
    }
}
