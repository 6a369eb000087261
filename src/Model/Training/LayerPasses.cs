using static TorchSharp.torch;

namespace DistTrain.Model.Training;

/// <summary>Makes the parts of a layer from its weights.</summary>
internal static class LayerPasses
{
    public static NormPass Norm(PassMemory memory, Weights weights, string name) => new(memory, weights[name + ".weight"], weights[name + ".bias"]);
}

/// <summary>See <see cref="EncoderLayer"/>.</summary>
internal sealed class EncoderLayerPass
{
    private readonly SelfAttentionPass selfAttention;
    private readonly ResidualPass attention, feedForward;

    public EncoderLayerPass(PassMemory memory, TransformerOptions options, Weights weights)
    {
        selfAttention = new SelfAttentionPass(memory, options, weights.Of("self_attn"));
        attention = new ResidualPass(memory, options, LayerPasses.Norm(memory, weights, "norm1"), selfAttention);
        feedForward = new ResidualPass(memory, options, LayerPasses.Norm(memory, weights, "norm2"), new FeedForwardPass(memory, options, weights));
    }

    public Tensor Forward(Tensor x_RD, Sequences sentences)
    {
        selfAttention.Batch = sentences;
        return feedForward.Forward(attention.Forward(x_RD));
    }

    public void Backward(Tensor d_RD)
    {
        feedForward.Backward(d_RD);
        attention.Backward(d_RD);
    }
}

/// <summary>See <see cref="DecoderLayer"/>.</summary>
internal sealed class DecoderLayerPass
{
    private readonly SelfAttentionPass selfAttention;
    private readonly SourceAttentionPass sourceAttention;
    private readonly ResidualPass toTarget, toSource, feedForward;

    public DecoderLayerPass(PassMemory memory, TransformerOptions options, Weights weights)
    {
        selfAttention = new SelfAttentionPass(memory, options, weights.Of("self_attn"));
        sourceAttention = new SourceAttentionPass(memory, options, weights.Of("multihead_attn"));
        toTarget = new ResidualPass(memory, options, LayerPasses.Norm(memory, weights, "norm1"), selfAttention);
        toSource = new ResidualPass(memory, options, LayerPasses.Norm(memory, weights, "norm2"), sourceAttention);
        feedForward = new ResidualPass(memory, options, LayerPasses.Norm(memory, weights, "norm3"), new FeedForwardPass(memory, options, weights));
    }

    public Tensor Forward(Tensor x_RD, Sequences sequences, EncodedSource source)
    {
        selfAttention.Batch = sequences;
        sourceAttention.Batch = (sequences, source);
        return feedForward.Forward(toSource.Forward(toTarget.Forward(x_RD)));
    }

    public void Backward(Tensor d_RD)
    {
        feedForward.Backward(d_RD);
        toSource.Backward(d_RD);
        toTarget.Backward(d_RD);
    }
}
