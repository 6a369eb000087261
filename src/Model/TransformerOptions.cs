using DistTrain.Shared.Jobs;

namespace DistTrain.Model;

/// <summary>The sizes and choices that make a Transformer. Defaults are those of a job.</summary>
public sealed record TransformerOptions
{
    private static readonly ModelSpec Defaults = new();

    /// <summary>
    /// Tokens of the target's vocabulary, special tokens included; also of the source's, unless <see cref="SourceVocabularySize"/> is given.
    /// </summary>
    /// <value>Greater than 3.</value>
    public required int VocabularySize { get; init; }

    /// <summary>Tokens of the source's own vocabulary, special tokens included.</summary>
    /// <value>Greater than 3, or null: source and target share one vocabulary. Default null.</value>
    public int? SourceVocabularySize { get; init; }

    /// <summary>Width of every layer's input and output.</summary>
    /// <value>A multiple of <see cref="Heads"/>.</value>
    public int DModel { get; init; } = Defaults.DModel;

    /// <summary>Attention heads of every attention.</summary>
    public int Heads { get; init; } = Defaults.Heads;

    public int EncoderLayers { get; init; } = Defaults.EncoderLayers;

    public int DecoderLayers { get; init; } = Defaults.DecoderLayers;

    /// <summary>Width between the two linear maps of the feed-forward network.</summary>
    public int DFeedForward { get; init; } = Defaults.DFeedForward;

    /// <summary>Share of the values set to zero in training: of the embedded input and of every sub-layer's output (section 5.4).</summary>
    /// <value>At least 0, less than 1.</value>
    public double Dropout { get; init; } = Defaults.Dropout;

    /// <summary>Share of the attention weights set to zero in training.</summary>
    /// <value>At least 0, less than 1.</value>
    public double AttentionDropout { get; init; } = Defaults.AttentionDropout;

    /// <summary>Share of the feed-forward network's inner values set to zero in training, after the activation.</summary>
    /// <value>At least 0, less than 1.</value>
    public double FeedForwardDropout { get; init; } = Defaults.FeedForwardDropout;

    /// <summary>Post: norm(x + f(x)), as in the paper. Pre: x + f(norm(x)), and a final norm on both stacks.</summary>
    public NormPlacement Norm { get; init; } = Defaults.Norm;

    public Activation Activation { get; init; } = Defaults.Activation;

    /// <summary>
    /// One matrix embeds source and target tokens and projects the output (section 3.4), instead of three. With a vocabulary of the source's
    /// own, one matrix embeds target tokens and projects the output, and another embeds source tokens.
    /// </summary>
    public bool TieEmbeddings { get; init; } = Defaults.TieEmbeddings;

    /// <summary>The longest translation, in tokens. Positions are computed, so longer input is possible; the model just never saw it.</summary>
    public int MaxLength { get; init; } = Defaults.MaxLength;

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
