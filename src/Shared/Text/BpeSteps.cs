using System.Text.Json;
using System.Text.Json.Nodes;
using DistTrain.Shared.Text.Unicode;
using DistTrain.Shared.Text.Words;

namespace DistTrain.Shared.Text;

/// <summary>What <c>tokenizer.json</c> says of the steps before the merges, in the words of the Hugging Face tokenizers library.</summary>
internal static class BpeSteps
{
    private const string NormalizerKey = "normalizer", WordsKey = "pre_tokenizer";

    /// <summary>What <see cref="Words"/> and <see cref="Normalizer"/> wrote. A tokenizer without the file is one of GPT-2's words.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or names steps that DistTrain does not take.</exception>
    public static (WordPattern Words, Normalization Normalization) Read(string path)
    {
        if (!File.Exists(path)) return default;
        try
        {
            var root = JsonNode.Parse(File.ReadAllText(path)) as JsonObject
                ?? throw new InvalidDataException($"'{path}' is no JSON object. The file is damaged: copy it again.");
            return (Known<WordPattern>(root[WordsKey], Words, WordsKey, path),
                Known<Normalization>(root[NormalizerKey], Normalizer, NormalizerKey, path));
        }
        catch (JsonException failure)
        {
            throw new InvalidDataException($"'{path}' is not readable: {failure.Message} The file is damaged: copy it again.", failure);
        }
    }

    public static JsonObject? Normalizer(Normalization normalization) => normalization switch
    {
        Normalization.Nfc => new() { ["type"] = "NFC" },
        Normalization.Nfkc => new() { ["type"] = "NFKC" },
        _ => null,
    };

    public static JsonObject Words(WordPattern words) => words == WordPattern.Gpt2 ? ByteLevel() : new()
    {
        ["type"] = "Sequence",
        ["pretokenizers"] = new JsonArray(
            new JsonObject
            {
                ["type"] = "Split",
                ["pattern"] = new JsonObject { ["Regex"] = Pretokenizer.Marks },
                ["behavior"] = "Isolated",
                ["invert"] = false,
            },
            ByteLevel(splits: false)),
    };

    /// <param name="splits">Whether it cuts text into words too, by GPT-2's pattern.</param>
    public static JsonObject ByteLevel(bool splits = true) =>
        new() { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = true, ["use_regex"] = splits };

    private static T Known<T>(JsonNode? step, Func<T, JsonNode?> write, string key, string path) where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
            if (JsonNode.DeepEquals(step, write(value))) return value;
        throw new InvalidDataException($"'{path}' has a {key} that DistTrain does not write. The file is of another program or damaged: copy it " +
            "again.");
    }
}
