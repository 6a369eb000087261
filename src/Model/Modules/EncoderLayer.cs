using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DistTrain.Model.Modules;

/// <summary>Self-attention, then feed-forward (section 3.1).</summary>
internal sealed class EncoderLayer : nn.Module
{
    private readonly Residual _residual;
    private readonly MultiHeadAttention _selfAttention;
    private readonly FeedForward _feedForward;
    private readonly LayerNorm _norm1;
    private readonly LayerNorm _norm2;

    /// <param name="dropouts">Of the model.</param>
    public EncoderLayer(TransformerOptions options, Dropouts dropouts) : base(nameof(EncoderLayer))
    {
        _residual = new Residual(options, dropouts);
        _selfAttention = new MultiHeadAttention(options, dropouts);
        _feedForward = new FeedForward(options, dropouts);
        _norm1 = nn.LayerNorm(options.DModel);
        _norm2 = nn.LayerNorm(options.DModel);
        register_module("self_attn", _selfAttention);
        register_module("linear1", _feedForward.Inner);
        register_module("linear2", _feedForward.Outer);
        register_module("norm1", _norm1);
        register_module("norm2", _norm2);
    }

    public MultiHeadAttention SelfAttention => _selfAttention;

    /// <summary>Rows of all sentences, each as long as the mask: [R, D] to [R, D].</summary>
    public Tensor Forward(Tensor x_RD, Tensor mask_N1S)
    {
        using var attended_RD = _residual.Around(x_RD, _norm1, x => AttendSelf(x, mask_N1S));
        return _residual.Around(attended_RD, _norm2, x => _feedForward.Forward(x));
    }

    private Tensor AttendSelf(Tensor x_RD, Tensor mask_N1S)
    {
        var (query_NSE, keys) = _selfAttention.ProjectSelf(x_RD, mask_N1S.shape[2]);
        return _selfAttention.Attend(query_NSE, keys, mask_N1S);
    }
}
