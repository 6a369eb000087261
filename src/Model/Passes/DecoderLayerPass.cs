using DistTrain.Model.Modules;
using static TorchSharp.torch;

namespace DistTrain.Model.Passes;

/// <summary>See <see cref="DecoderLayer"/>.</summary>
internal sealed class DecoderLayerPass
{
    private readonly SelfAttentionPass _selfAttention;
    private readonly SourceAttentionPass _sourceAttention;
    private readonly ResidualPass _toTarget, _toSource, _feedForward;

    public DecoderLayerPass(PassMemory memory, TransformerOptions options, ParameterViews parameters)
    {
        _selfAttention = new SelfAttentionPass(memory, options, parameters.Of("self_attn"));
        _sourceAttention = new SourceAttentionPass(memory, options, parameters.Of("multihead_attn"));
        _toTarget = new ResidualPass(memory, options, NormPass.Of(memory, parameters, "norm1"), _selfAttention);
        _toSource = new ResidualPass(memory, options, NormPass.Of(memory, parameters, "norm2"), _sourceAttention);
        _feedForward = new ResidualPass(memory, options, NormPass.Of(memory, parameters, "norm3"),
            new FeedForwardPass(memory, options, parameters));
    }

    public Tensor Forward(Tensor x_RD, Sequences sequences, EncodedSource source)
    {
        _selfAttention.Batch = sequences;
        _sourceAttention.Batch = (sequences, source);
        return _feedForward.Forward(_toSource.Forward(_toTarget.Forward(x_RD)));
    }

    public void Backward(Tensor d_RD)
    {
        _feedForward.Backward(d_RD);
        _toSource.Backward(d_RD);
        _toTarget.Backward(d_RD);
    }
}
