using DistTrain.Model.Modules;
using static TorchSharp.torch;

namespace DistTrain.Model.Passes;

/// <summary>See <see cref="EncoderLayer"/>.</summary>
internal sealed class EncoderLayerPass
{
    private readonly SelfAttentionPass _selfAttention;
    private readonly ResidualPass _attention, _feedForward;

    public EncoderLayerPass(PassMemory memory, TransformerOptions options, ParameterViews parameters)
    {
        _selfAttention = new SelfAttentionPass(memory, options, parameters.Of("self_attn"));
        _attention = new ResidualPass(memory, options, NormPass.Of(memory, parameters, "norm1"), _selfAttention);
        _feedForward = new ResidualPass(memory, options, NormPass.Of(memory, parameters, "norm2"),
            new FeedForwardPass(memory, options, parameters));
    }

    public Tensor Forward(Tensor x_RD, Sequences sentences)
    {
        _selfAttention.Batch = sentences;
        return _feedForward.Forward(_attention.Forward(x_RD));
    }

    public void Backward(Tensor d_RD)
    {
        _feedForward.Backward(d_RD);
        _attention.Backward(d_RD);
    }
}
