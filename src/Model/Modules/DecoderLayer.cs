using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DistTrain.Model.Modules;

/// <summary>Self-attention to earlier positions, attention to the encoded source, feed-forward (section 3.1).</summary>
internal sealed class DecoderLayer : nn.Module
{
    private readonly Residual _residual;
    private readonly MultiHeadAttention _selfAttention;
    private readonly MultiHeadAttention _sourceAttention;
    private readonly FeedForward _feedForward;
    private readonly LayerNorm _norm1;
    private readonly LayerNorm _norm2;
    private readonly LayerNorm _norm3;

    /// <param name="dropouts">Of the model.</param>
    public DecoderLayer(TransformerOptions options, Dropouts dropouts) : base(nameof(DecoderLayer))
    {
        _residual = new Residual(options, dropouts);
        _selfAttention = new MultiHeadAttention(options, dropouts);
        _sourceAttention = new MultiHeadAttention(options, dropouts);
        _feedForward = new FeedForward(options, dropouts);
        _norm1 = nn.LayerNorm(options.DModel);
        _norm2 = nn.LayerNorm(options.DModel);
        _norm3 = nn.LayerNorm(options.DModel);
        register_module("self_attn", _selfAttention);
        register_module("multihead_attn", _sourceAttention);
        register_module("linear1", _feedForward.Inner);
        register_module("linear2", _feedForward.Outer);
        register_module("norm1", _norm1);
        register_module("norm2", _norm2);
        register_module("norm3", _norm3);
    }

    public MultiHeadAttention SelfAttention => _selfAttention;

    public MultiHeadAttention SourceAttention => _sourceAttention;

    /// <summary>All positions at once. Sequences that share a source stand next to each other.</summary>
    public Tensor Forward(Tensor x_RD, Tensor causal_1TT, Tensor memory_RD, Tensor sourceMask_N1S)
    {
        using var scope = NewDisposeScope();
        var source = _sourceAttention.ProjectMemory(memory_RD, sourceMask_N1S.shape[2]);
        var y_RD = _residual.Around(x_RD, _norm1, x =>
        {
            var (query_NTE, keys) = _selfAttention.ProjectSelf(x, causal_1TT.shape[2]);
            return _selfAttention.Attend(query_NTE, keys, causal_1TT);
        });
        y_RD = _residual.Around(y_RD, _norm2, x => _sourceAttention.AttendMemory(x, source, sourceMask_N1S));
        return _residual.Around(y_RD, _norm3, x => _feedForward.Forward(x)).MoveToOuterDisposeScope();
    }
}
