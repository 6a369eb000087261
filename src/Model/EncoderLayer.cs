using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DistTrain.Model;

/// <summary>Self-attention, then feed-forward (section 3.1).</summary>
internal sealed class EncoderLayer : nn.Module
{
    private readonly Residual residual;
    private readonly MultiHeadAttention selfAttention;
    private readonly FeedForward feedForward;
    private readonly LayerNorm norm1;
    private readonly LayerNorm norm2;

    /// <param name="dropouts">Of the model.</param>
    public EncoderLayer(TransformerOptions options, Dropouts dropouts) : base(nameof(EncoderLayer))
    {
        residual = new Residual(options, dropouts);
        selfAttention = new MultiHeadAttention(options, dropouts);
        feedForward = new FeedForward(options, dropouts);
        norm1 = nn.LayerNorm(options.DModel);
        norm2 = nn.LayerNorm(options.DModel);
        register_module("self_attn", selfAttention);
        register_module("linear1", feedForward.Inner);
        register_module("linear2", feedForward.Outer);
        register_module("norm1", norm1);
        register_module("norm2", norm2);
    }

    public MultiHeadAttention SelfAttention => selfAttention;

    /// <summary>Rows of all sentences, each as long as the mask: [R, D] to [R, D].</summary>
    public Tensor Forward(Tensor x_RD, Tensor mask_N1S)
    {
        using var attended_RD = residual.Around(x_RD, norm1, x => AttendSelf(x, mask_N1S));
        return residual.Around(attended_RD, norm2, x => feedForward.Forward(x));
    }

    private Tensor AttendSelf(Tensor x_RD, Tensor mask_N1S)
    {
        var (query_NSE, keys) = selfAttention.ProjectSelf(x_RD, mask_N1S.shape[2]);
        return selfAttention.Attend(query_NSE, keys, mask_N1S);
    }
}
