using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DistTrain.Shared.Text.Words;

namespace DistTrain.Shared.Text;

/// <summary>The files of a tokenizer. The same model always gives the same bytes.</summary>
internal static class BpeFiles
{
    private const string VocabularyFile = "vocab.json", MergesFile = "merges.txt", TokenizerFile = "tokenizer.json", MergesHead = "#version: 0.2";

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Names of the files, for those who copy them.</summary>
    public static IReadOnlyList<string> Names { get; } = [VocabularyFile, MergesFile, TokenizerFile];

    public static void Save(BpeModel model, string folder, string prefix)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, prefix + VocabularyFile), Vocabulary(model).ToJsonString(Readable) + "\n");
        File.WriteAllText(Path.Combine(folder, prefix + MergesFile),
            string.Join('\n', model.Merges.Select(merge => $"{merge.Left} {merge.Right}").Prepend(MergesHead)) + "\n");
        File.WriteAllText(Path.Combine(folder, prefix + TokenizerFile), HuggingFace(model).ToJsonString(Readable) + "\n");
    }

    public static BpeModel Load(string folder, string prefix)
    {
        var vocabularyPath = Path.Combine(folder, prefix + VocabularyFile);
        var mergesPath = Path.Combine(folder, prefix + MergesFile);
        foreach (var path in new[] { vocabularyPath, mergesPath })
            if (!File.Exists(path))
                throw new InvalidDataException($"The tokenizer file '{path}' is missing. Copy the tokenizer's files from the checkpoint or job " +
                    "they belong to.");
        try
        {
            var ids = JsonSerializer.Deserialize<Dictionary<string, int>>(File.ReadAllText(vocabularyPath)) ?? [];
            var vocabulary = ids.OrderBy(entry => entry.Value).Select(entry => entry.Key).ToList();
            if (!vocabulary.Take(SpecialTokens.Count).SequenceEqual(SpecialTokens.Names) || ids[vocabulary[^1]] != vocabulary.Count - 1)
                throw new InvalidDataException($"'{vocabularyPath}' does not number its entries from 0, beginning with " +
                    $"{string.Join(", ", SpecialTokens.Names)}. It is not a tokenizer of DistTrain.");
            var merges = File.ReadLines(mergesPath).Where(line => line.Length > 0 && line != MergesHead)
                .Select(line => line.Split(' ') is [var left, var right]
                ? (left, right)
                : throw new InvalidDataException($"'{mergesPath}' has the line '{line}', which is not a pair. The file is damaged: copy it again."))
                .ToList();
            if (!vocabulary.Skip(SpecialTokens.Count)
                .SequenceEqual(BpeModel.Alphabet(BytesOf(vocabulary)).Concat(merges.Select(merge => merge.left + merge.right))))
                throw new InvalidDataException($"'{vocabularyPath}' is not the vocabulary of the merges in '{mergesPath}'. The files do not belong " +
                    "together: copy both again.");
            var (words, normalization) = BpeSteps.Read(Path.Combine(folder, prefix + TokenizerFile));
            return new(vocabulary, merges, words, normalization);
        }
        catch (JsonException failure)
        {
            throw new InvalidDataException($"'{vocabularyPath}' is not readable: {failure.Message} The file is damaged: copy it again.", failure);
        }
    }

    /// <summary>The single bytes that a vocabulary has: all letters up to the first token of two.</summary>
    private static List<byte> BytesOf(IEnumerable<string> vocabulary) =>
        [.. vocabulary.Skip(SpecialTokens.Count).SkipWhile(token => token == BpeModel.Unknown).TakeWhile(ByteAlphabet.IsLetter)
            .Select(token => ByteAlphabet.Byte(token[0])).Distinct().Order()];

    private static JsonObject Vocabulary(BpeModel model) => new(model.Vocabulary.Select((token, id) => KeyValuePair.Create(token, (JsonNode?)id)));

    private static JsonObject HuggingFace(BpeModel model) => new()
    {
        ["version"] = "1.0",
        ["truncation"] = null,
        ["padding"] = null,
        ["added_tokens"] = new JsonArray([.. SpecialTokens.Names.Select((name, id) => new JsonObject
        {
            ["id"] = id, ["content"] = name, ["single_word"] = false, ["lstrip"] = false, ["rstrip"] = false, ["normalized"] = false,
            ["special"] = true,
        })]),
        ["normalizer"] = BpeSteps.Normalizer(model.Normalization),
        ["pre_tokenizer"] = BpeSteps.Words(model.Words),
        ["post_processor"] = null,
        ["decoder"] = BpeSteps.ByteLevel(),
        ["model"] = new JsonObject
        {
            ["type"] = "BPE", ["dropout"] = null, ["unk_token"] = model.HasAllBytes
                ? null : BpeModel.Unknown, ["continuing_subword_prefix"] = null, ["end_of_word_suffix"] = null, ["fuse_unk"] = !model.HasAllBytes,
            ["byte_fallback"] = false, ["vocab"] = Vocabulary(model),
            ["merges"] = new JsonArray([.. model.Merges.Select(merge => (JsonNode)$"{merge.Left} {merge.Right}")]),
        },
    };
}
