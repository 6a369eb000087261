namespace DistTrain.Cli.Attention;

/// <summary>What there is to look at in a recording: the alignment, then each layer of each kind of attention.</summary>
internal sealed class AttentionCharts
{
    private const string
        ReadingAlignment = "A row is a token of the translation as it is written, a column a token of the source: where the model looked. Mean of " +
            "all heads.",
        ReadingEncoder = "A row is a token of the source (query), a column a token of the source that it looks at (key).",
        ReadingDecoder = "A row is a token that the decoder has read (query), a column an earlier token that it looks at (key); later ones are " +
            "hidden from it.",
        ReadingCross = "A row is a token of the translation as it is written (query), a column a token of the source that the model looks at for " +
            "it (key).";

    private readonly string _sentences;

    public AttentionCharts(Recording recording)
    {
        _sentences = $"{recording.Source} \u2192 {recording.Translation}".ReplaceLineEndings(" ");
        var (source, read, written, weights) = (recording.SourceTokens, recording.ReadTokens, recording.WrittenTokens, recording.Weights);
        Alignment = new("alignment", "alignment: cross-attention, mean of all heads", _sentences, ReadingAlignment,
            [.. weights.Cross.Select((layer, number) =>
                new AttentionMap($"layer {number + 1}", written, source, MeanOfHeads(layer), Causal: false))]);
        Encoder = Layers("encoder", "encoder self-attention", ReadingEncoder, source, source, weights.Encoder, causal: false);
        Decoder = Layers("decoder", "decoder self-attention", ReadingDecoder, read, read, weights.Decoder, causal: true);
        Cross = Layers("cross", "cross-attention", ReadingCross, written, source, weights.Cross, causal: false);
    }

    /// <summary>A map for each layer.</summary>
    public AttentionChart Alignment { get; }

    /// <summary>A chart for each layer, in it a map for each head.</summary>
    public IReadOnlyList<AttentionChart> Encoder { get; }

    /// <inheritdoc cref="Encoder"/>
    public IReadOnlyList<AttentionChart> Decoder { get; }

    /// <inheritdoc cref="Encoder"/>
    public IReadOnlyList<AttentionChart> Cross { get; }

    public IEnumerable<AttentionChart> All => [Alignment, .. Cross, .. Encoder, .. Decoder];

    private List<AttentionChart> Layers(
        string name, string kind, string reading, IReadOnlyList<string> rows, IReadOnlyList<string> columns, IReadOnlyList<float[,,]> layers,
        bool causal) =>
        [.. layers.Select((heads, layer) => new AttentionChart($"{name}-layer-{layer + 1}", $"{kind}, layer {layer + 1}", _sentences, reading,
            [.. Enumerable.Range(0, heads.GetLength(0))
                .Select(head => new AttentionMap($"{kind}, layer {layer + 1}, head {head + 1}", rows, columns, Head(heads, head), causal))]))];

    private static float[,] Head(float[,,] heads, int head) => Map(heads, (query, key) => heads[head, query, key]);

    private static float[,] MeanOfHeads(float[,,] heads) =>
        Map(heads, (query, key) => Enumerable.Range(0, heads.GetLength(0)).Average(head => heads[head, query, key]));

    private static float[,] Map(float[,,] heads, Func<int, int, float> weight)
    {
        var map = new float[heads.GetLength(1), heads.GetLength(2)];
        for (var query = 0; query < map.GetLength(0); query++)
            for (var key = 0; key < map.GetLength(1); key++)
                map[query, key] = weight(query, key);
        return map;
    }
}
