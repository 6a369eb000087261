namespace DistTrain.Shared.Jobs;

/// <summary>Where layer normalisation stands.</summary>
public enum NormPlacement
{
    /// <summary>After each residual sum, as in "Attention Is All You Need".</summary>
    Post,

    /// <summary>Before each sub-layer, with a final norm on both stacks; easier to train when deep.</summary>
    Pre,
}

/// <summary>The non-linearity of the feed-forward layers.</summary>
public enum Activation
{
    Relu,
    Gelu,
}

/// <summary>The Transformer's sizes. In a job file <c>preset</c> (tiny, small, base, big) sets them, and single keys override it.</summary>
public sealed record ModelSpec
{
    /// <summary>Width of embeddings and layers. Default: 512.</summary>
    public int DModel { get; init; } = 512;

    /// <summary>Attention heads; they divide <see cref="DModel"/>. Default: 8.</summary>
    public int Heads { get; init; } = 8;

    public int EncoderLayers { get; init; } = 6;
    public int DecoderLayers { get; init; } = 6;

    /// <summary>Inner width of the feed-forward layers. Default: 2048.</summary>
    public int DFeedForward { get; init; } = 2048;

    /// <summary>Dropout probability of embeddings and of the output of every sub-layer, as in the paper (section 5.4). 0 up to but not including 1. Default: 0.1.</summary>
    public double Dropout { get; init; } = 0.1;

    public NormPlacement Norm { get; init; } = NormPlacement.Post;
    public Activation Activation { get; init; } = Activation.Relu;

    /// <summary>One matrix serves source and target embeddings and the output projection. Default: true.</summary>
    public bool TieEmbeddings { get; init; } = true;

    /// <summary>Positions: the longest sequence in tokens, special tokens included. Default: 256.</summary>
    public int MaxLength { get; init; } = 256;

    /// <summary>Sizes by name. base and big are those of the paper (table 3); tiny is the one the literature uses for Multi30k.</summary>
    public static IReadOnlyDictionary<string, ModelSpec> Presets { get; } = new Dictionary<string, ModelSpec>
    {
        ["tiny"] = new() { DModel = 128, Heads = 4, EncoderLayers = 4, DecoderLayers = 4, DFeedForward = 256 },
        ["small"] = new() { DModel = 256, Heads = 8, EncoderLayers = 3, DecoderLayers = 3, DFeedForward = 1024 },
        ["base"] = new(),
        ["big"] = new() { DModel = 1024, Heads = 16, DFeedForward = 4096, Dropout = 0.3 },
    };

    internal IEnumerable<Violation> Violations(string path)
    {
        foreach (var (name, value) in new[] { ("d_model", DModel), ("heads", Heads), ("encoder_layers", EncoderLayers), ("decoder_layers", DecoderLayers), ("d_ff", DFeedForward), ("max_length", MaxLength) })
            if (value <= 0) yield return new($"{path}.{name}", $"is {value}, but must be greater than 0.");
        if (DModel > 0 && Heads > 0 && DModel % Heads != 0)
            yield return new($"{path}.heads", $"is {Heads}, which does not divide d_model, {DModel}. Choose heads so that each gets the same width.");
        if (DModel > 0 && DModel % 2 != 0)
            yield return new($"{path}.d_model", $"is {DModel}, but must be even: sinusoidal positions come in pairs of sine and cosine.");
        if (Dropout is not (>= 0 and < 1)) yield return new($"{path}.dropout", Invariant($"is {Dropout}, but must be at least 0 and less than 1."));
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
