using DistTrain.Shared.Jobs.Keys;

namespace DistTrain.Shared.Jobs;

/// <summary>Where layer normalisation stands.</summary>
public enum NormPlacement
{
    /// <summary>After each residual connection, as in the paper.</summary>
    Post,

    /// <summary>Before each sublayer and once at the end of each stack (Xiong et al. 2020).</summary>
    Pre,
}

/// <summary>The non-linearity of the feed-forward layers.</summary>
public enum Activation
{
    Relu,
    Gelu,
}

/// <summary>
/// The size and form of the Transformer (Vaswani et al. 2017). A <c>preset</c> in the file fills all of it; keys beside it override.
/// </summary>
/// <remarks>The defaults are the paper's base model.</remarks>
public sealed record ModelSpec : IKeyGroup
{
    private const string ProbabilityRemedy = "Give a probability such as 0.1, or 0 for none.";

    /// <summary>Width of the residual stream.</summary>
    /// <value>A multiple of <see cref="Heads"/>, and even (the position encoding pairs sines with cosines). Default: 512.</value>
    [Key("Width; even.")]
    [Above(0, "Give a width such as 512.")]
    public int DModel { get; init; } = 512;

    /// <summary>Attention heads of each layer.</summary>
    /// <value>At least 1. Default: 8.</value>
    [Key("Attention heads; they divide d_model.")]
    [Above(0, "Give a number of heads such as 8.")]
    public int Heads { get; init; } = 8;

    /// <value>At least 1. Default: 6.</value>
    [Key("Layers that read the source.")]
    [Above(0, "Give a number of layers such as 6.")]
    public int EncoderLayers { get; init; } = 6;

    /// <value>At least 1. Default: 6.</value>
    [Key("Layers that write the target.")]
    [Above(0, "Give a number of layers such as 6.")]
    public int DecoderLayers { get; init; } = 6;

    /// <summary>Inner width of the feed-forward layers, <c>d_ff</c> in the file.</summary>
    /// <value>At least 1. Default: 2048.</value>
    [Key("Inner width of the feed-forward layers.", Name = "d_ff")]
    [Above(0, "Give a width such as 2048.")]
    public int DFeedForward { get; init; } = 2048;

    /// <summary>Probability that an element is dropped, on the embeddings and on each sublayer's output.</summary>
    /// <value>At least 0, less than 1. Default: 0.1.</value>
    [Key("Share of embeddings and sublayer outputs that is left out while training.")]
    [Fraction(ProbabilityRemedy)]
    public double Dropout { get; init; } = 0.1;

    /// <summary>Probability that an attention weight is dropped.</summary>
    /// <value>At least 0, less than 1. Default: 0, as in the paper.</value>
    [Key("The same of attention weights.")]
    [Fraction(ProbabilityRemedy)]
    public double AttentionDropout { get; init; }

    /// <summary>Probability that an inner value of a feed-forward layer is dropped, after the activation.</summary>
    /// <value>At least 0, less than 1. Default: 0, as in the paper.</value>
    [Key("The same after the activation of the feed-forward layers.")]
    [Fraction(ProbabilityRemedy)]
    public double FeedForwardDropout { get; init; }

    /// <value>Default: <see cref="NormPlacement.Post"/>.</value>
    [Key("Layer normalisation after each sublayer, as in the paper, or before it.")]
    public NormPlacement Norm { get; init; }

    /// <value>Default: <see cref="Activation.Relu"/>.</value>
    [Key("Of the feed-forward layers.")]
    public Activation Activation { get; init; }

    /// <summary>
    /// One matrix serves as source embedding, target embedding and output projection; with separate vocabularies, as the latter two.
    /// </summary>
    /// <value>Default: true.</value>
    [Key("One matrix for source, target and output; with separate vocabularies one for target and output.")]
    public bool TieEmbeddings { get; init; } = true;

    /// <summary>Places in a sequence, the sentence's end included.</summary>
    /// <value>At least 2. Default: 256.</value>
    [Key("Longest sequence in tokens, the sentence's end included.")]
    [AtLeast(2, "Give a number of tokens such as 256.")]
    public int MaxLength { get; init; } = 256;

    /// <summary>
    /// The models that a file can name by <c>preset</c>. tiny: for some ten thousand sentences, as the literature has it for Multi30k
    /// (Wu et al. 2021). small: for a CPU. base and big: the paper's table 3.
    /// </summary>
    [Key("Fills width, heads, layers and dropout; keys beside it override.", Name = "preset")]
    public static IReadOnlyDictionary<string, ModelSpec> Presets { get; } = new Dictionary<string, ModelSpec>
    {
        ["tiny"] = new() { DModel = 128, Heads = 4, EncoderLayers = 4, DecoderLayers = 4, DFeedForward = 256 },
        ["small"] = new() { DModel = 256, Heads = 8, EncoderLayers = 3, DecoderLayers = 3, DFeedForward = 1024 },
        ["base"] = new(),
        ["big"] = new() { DModel = 1024, Heads = 16, DFeedForward = 4096, Dropout = 0.3 },
    };

    /// <summary>Where a job file names a preset.</summary>
    internal static string PresetPath => $"model.{KeyGroup.Of<ModelSpec>().Preset!.Name}";

    /// <summary>The keys that every preset fills, because not all presets have the same there.</summary>
    internal static IReadOnlyList<Key> OfPresets =>
        [.. KeyGroup.Of<ModelSpec>().All.Where(key => Presets.Values.Select(key.Of).Distinct().Count() > 1)];

    /// <summary>The keys that say what the weights are. Rates of dropout do not.</summary>
    internal static IReadOnlyList<Key> OfWeights =>
        [.. KeyGroup.Of<ModelSpec>().All.ExceptBy([nameof(Dropout), nameof(AttentionDropout), nameof(FeedForwardDropout)], key => key.Property)];

    public IEnumerable<Violation> Violations(string path) => KeyViolations.Of(this, path).After(nameof(Heads), WidthRules(path));

    private IEnumerable<Violation> WidthRules(string path)
    {
        if (DModel <= 0 || Heads <= 0) yield break;
        if (DModel % Heads != 0)
            yield return new($"{path}.heads", $"{path}.heads is {Heads}, but must divide {path}.d_model, which is {DModel}: each head gets an " +
                "equal part. Change one of the two.");
        if (DModel % 2 != 0)
            yield return new($"{path}.d_model", $"{path}.d_model is {DModel}, but must be even: the position encoding pairs sines with cosines. " +
                $"Use {DModel + 1}.");
    }
}
