using System.Globalization;
using DistTrain.Shared.Jobs;

namespace DistTrain.Model.Weights;

/// <summary>A model's options as the <c>__metadata__</c> of its safetensors file, where everything is a string.</summary>
internal sealed class ModelMetadata(string path, IReadOnlyDictionary<string, string> metadata)
{
    /// <exception cref="InvalidDataException">An option is missing, or makes no model; the message names it and the file.</exception>
    public TransformerOptions Options()
    {
        var options = new TransformerOptions
        {
            VocabularySize = Size("vocab_size"),
            SourceVocabularySize = Has("source_vocab_size") ? Size("source_vocab_size") : null,
            DModel = Size("d_model"),
            Heads = Size("num_heads"),
            EncoderLayers = Size("encoder_layers"),
            DecoderLayers = Size("decoder_layers"),
            DFeedForward = Size("d_ff"),
            Dropout = Rate("dropout"),
            // Older files lack these two.
            AttentionDropout = Has("attention_dropout") ? Rate("attention_dropout") : 0,
            FeedForwardDropout = Has("feed_forward_dropout") ? Rate("feed_forward_dropout") : 0,
            Norm = Choice<NormPlacement>("norm"),
            Activation = Choice<Activation>("activation"),
            TieEmbeddings = Flag("tie_embeddings"),
            MaxLength = Size("max_length"),
        };
        return options.DModel % options.Heads == 0 ? options : throw Wrong("num_heads", $"a divisor of d_model, which is {options.DModel}");
    }

    /// <summary>What <see cref="Options"/> reads.</summary>
    public static IReadOnlyDictionary<string, string> Of(TransformerOptions options)
    {
        var metadata = new Dictionary<string, string>
        {
            ["format"] = "pt",
            ["vocab_size"] = Invariant(options.VocabularySize),
            ["d_model"] = Invariant(options.DModel),
            ["num_heads"] = Invariant(options.Heads),
            ["encoder_layers"] = Invariant(options.EncoderLayers),
            ["decoder_layers"] = Invariant(options.DecoderLayers),
            ["d_ff"] = Invariant(options.DFeedForward),
            ["dropout"] = Invariant(options.Dropout),
            ["attention_dropout"] = Invariant(options.AttentionDropout),
            ["feed_forward_dropout"] = Invariant(options.FeedForwardDropout),
            ["norm"] = Invariant(options.Norm).ToLowerInvariant(),
            ["activation"] = Invariant(options.Activation).ToLowerInvariant(),
            ["tie_embeddings"] = options.TieEmbeddings ? "1" : "0",
            ["max_length"] = Invariant(options.MaxLength),
        };
        if (options.SourceVocabularySize is { } source) metadata["source_vocab_size"] = Invariant(source);
        return metadata;
    }

    private bool Has(string key) => metadata.ContainsKey(key);

    private int Size(string key) => int.TryParse(Text(key), NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size > 0
        ? size : throw Wrong(key, "a whole number greater than 0");

    private double Rate(string key) =>
        double.TryParse(Text(key), NumberStyles.Float, CultureInfo.InvariantCulture, out var rate) && rate is >= 0 and < 1
        ? rate : throw Wrong(key, "at least 0 and less than 1");

    private bool Flag(string key) => Text(key) switch { "0" => false, "1" => true, _ => throw Wrong(key, "0 or 1") };

    private T Choice<T>(string key)
        where T : struct, Enum =>
        Enum.GetValues<T>().Select(value => (T?)value)
        .FirstOrDefault(value => string.Equals(value.ToString(), Text(key), StringComparison.OrdinalIgnoreCase))
        ?? throw Wrong(key, $"one of {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}");

    private string Text(string key) => metadata.TryGetValue(key, out var text)
        ? text : throw new InvalidDataException($"{path}: its __metadata__ has no '{key}', so it is no model file of DistTrain. Give the " +
            "model.safetensors of a checkpoint.");

    private InvalidDataException Wrong(string key, string expected) =>
        new($"{path}: its __metadata__ has '{Text(key)}' for '{key}', but that must be {expected}. The file is damaged: use another checkpoint, or " +
            "copy the file again.");

    private static string Invariant(object value) => Convert.ToString(value, CultureInfo.InvariantCulture)!;
}
