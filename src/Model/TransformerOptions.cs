using DistTrain.Shared.Jobs;

namespace DistTrain.Model;

/// <summary>The sizes and choices that make a Transformer. Defaults are the base model of "Attention Is All You Need", table 3.</summary>
public sealed record TransformerOptions
{
    /// <summary>
    /// Tokens of the target's vocabulary, special tokens included; also of the source's, unless <see cref="SourceVocabularySize"/> is given.
    /// </summary>
    /// <value>Greater than 3.</value>
    public required int VocabularySize { get; init; }

    /// <summary>Tokens of the source's own vocabulary, special tokens included.</summary>
    /// <value>Greater than 3, or null: source and target share one vocabulary. Default null.</value>
    public int? SourceVocabularySize { get; init; }

    /// <summary>Width of every layer's input and output.</summary>
    /// <value>A multiple of <see cref="Heads"/>. Default 512.</value>
    public int DModel { get; init; } = 512;

    /// <summary>Attention heads of every attention.</summary>
    /// <value>Default 8.</value>
    public int Heads { get; init; } = 8;

    /// <value>Default 6.</value>
    public int EncoderLayers { get; init; } = 6;

    /// <value>Default 6.</value>
    public int DecoderLayers { get; init; } = 6;

    /// <summary>Width between the two linear maps of the feed-forward network.</summary>
    /// <value>Default 2,048.</value>
    public int DFeedForward { get; init; } = 2048;

    /// <summary>Share of the values set to zero in training: of the embedded input and of every sub-layer's output (section 5.4).</summary>
    /// <value>At least 0, less than 1. Default 0.1.</value>
    public double Dropout { get; init; } = 0.1;

    /// <summary>Share of the attention weights set to zero in training.</summary>
    /// <value>At least 0, less than 1. Default 0, as in the paper.</value>
    public double AttentionDropout { get; init; }

    /// <summary>Share of the feed-forward network's inner values set to zero in training, after the activation.</summary>
    /// <value>At least 0, less than 1. Default 0, as in the paper.</value>
    public double FeedForwardDropout { get; init; }

    /// <summary>Post: norm(x + f(x)), as in the paper. Pre: x + f(norm(x)), and a final norm on both stacks.</summary>
    /// <value>Default Post.</value>
    public NormPlacement Norm { get; init; } = NormPlacement.Post;

    /// <value>Default Relu, as in the paper (section 3.3).</value>
    public Activation Activation { get; init; } = Activation.Relu;

    /// <summary>
    /// One matrix embeds source and target tokens and projects the output (section 3.4), instead of three. With a vocabulary of the source's
    /// own, one matrix embeds target tokens and projects the output, and another embeds source tokens.
    /// </summary>
    /// <value>Default true.</value>
    public bool TieEmbeddings { get; init; } = true;

    /// <summary>The longest translation, in tokens. Positions are computed, so longer input is possible; the model just never saw it.</summary>
    /// <value>Default 256.</value>
    public int MaxLength { get; init; } = 256;

    /// <summary>The options of a job's model with a vocabulary of <paramref name="vocabularySize"/> tokens.</summary>
    /// <param name="sourceVocabularySize">Tokens of the source's own vocabulary; null when there is one for both.</param>
    public static TransformerOptions From(ModelSpec spec, int vocabularySize, int? sourceVocabularySize = null) => new()
    {
        VocabularySize = vocabularySize,
        SourceVocabularySize = sourceVocabularySize,
        DModel = spec.DModel,
        Heads = spec.Heads,
        EncoderLayers = spec.EncoderLayers,
        DecoderLayers = spec.DecoderLayers,
        DFeedForward = spec.DFeedForward,
        Dropout = spec.Dropout,
        AttentionDropout = spec.AttentionDropout,
        FeedForwardDropout = spec.FeedForwardDropout,
        Norm = spec.Norm,
        Activation = spec.Activation,
        TieEmbeddings = spec.TieEmbeddings,
        MaxLength = spec.MaxLength,
    };
}
