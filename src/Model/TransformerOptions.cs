using DistTrain.Shared.Jobs;

namespace DistTrain.Model;

/// <summary>The sizes and choices that make a Transformer. Defaults are the base model of "Attention Is All You Need", table 3.</summary>
public sealed record TransformerOptions
{
    /// <summary>Tokens of the one vocabulary that source and target share, special tokens included.</summary>
    /// <value>Greater than 3.</value>
    public required int VocabularySize { get; init; }

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

    /// <summary>Post: norm(x + f(x)), as in the paper. Pre: x + f(norm(x)), and a final norm on both stacks.</summary>
    /// <value>Default Post.</value>
    public NormPlacement Norm { get; init; } = NormPlacement.Post;

    /// <value>Default Relu, as in the paper (section 3.3).</value>
    public Activation Activation { get; init; } = Activation.Relu;

    /// <summary>One matrix embeds source and target tokens and projects the output (section 3.4), instead of three.</summary>
    /// <value>Default true.</value>
    public bool TieEmbeddings { get; init; } = true;

    /// <summary>The longest translation, in tokens. Positions are computed, so longer input is possible; the model just never saw it.</summary>
    /// <value>Default 256.</value>
    public int MaxLength { get; init; } = 256;

    /// <summary>The options of a job's model with a vocabulary of <paramref name="vocabularySize"/> tokens.</summary>
    public static TransformerOptions From(ModelSpec spec, int vocabularySize) => new()
    {
        VocabularySize = vocabularySize,
        DModel = spec.DModel,
        Heads = spec.Heads,
        EncoderLayers = spec.EncoderLayers,
        DecoderLayers = spec.DecoderLayers,
        DFeedForward = spec.DFeedForward,
        Dropout = spec.Dropout,
        Norm = spec.Norm,
        Activation = spec.Activation,
        TieEmbeddings = spec.TieEmbeddings,
        MaxLength = spec.MaxLength,
    };
}
