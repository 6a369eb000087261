using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DistTrain.Model;

/// <summary>Self-attention to earlier positions, attention to the encoded source, feed-forward (section 3.1).</summary>
internal sealed class DecoderLayer : nn.Module
{
    private readonly Residual residual;
    private readonly MultiHeadAttention selfAttention;
    private readonly MultiHeadAttention sourceAttention;
    private readonly FeedForward feedForward;
    private readonly LayerNorm norm1;
    private readonly LayerNorm norm2;
    private readonly LayerNorm norm3;

    /// <param name="dropouts">Of the model.</param>
    public DecoderLayer(TransformerOptions options, Dropouts dropouts) : base(nameof(DecoderLayer))
    {
        residual = new Residual(options, dropouts);
        selfAttention = new MultiHeadAttention(options, dropouts);
        sourceAttention = new MultiHeadAttention(options, dropouts);
        feedForward = new FeedForward(options, dropouts);
        norm1 = nn.LayerNorm(options.DModel);
        norm2 = nn.LayerNorm(options.DModel);
        norm3 = nn.LayerNorm(options.DModel);
        register_module("self_attn", selfAttention);
        register_module("multihead_attn", sourceAttention);
        register_module("linear1", feedForward.Inner);
        register_module("linear2", feedForward.Outer);
        register_module("norm1", norm1);
        register_module("norm2", norm2);
        register_module("norm3", norm3);
    }

    public MultiHeadAttention SelfAttention => selfAttention;

    public MultiHeadAttention SourceAttention => sourceAttention;

    /// <summary>All positions at once. Sequences that share a source stand next to each other.</summary>
    public Tensor Forward(Tensor x_RD, Tensor causal_1TT, Tensor memory_RD, Tensor sourceMask_N1S)
    {
        using var scope = NewDisposeScope();
        var source = sourceAttention.ProjectMemory(memory_RD, sourceMask_N1S.shape[2]);
        var y_RD = residual.Around(x_RD, norm1, x =>
        {
            var (query_NTE, keys) = selfAttention.ProjectSelf(x, causal_1TT.shape[2]);
            return selfAttention.Attend(query_NTE, keys, causal_1TT);
        });
        y_RD = residual.Around(y_RD, norm2, x => sourceAttention.AttendMemory(x, source, sourceMask_N1S));
        return residual.Around(y_RD, norm3, x => feedForward.Forward(x)).MoveToOuterDisposeScope();
    }
}
