using System.Buffers;
using System.Text;
using Microsoft.ML.Tokenizers;

namespace DistTrain.Shared.Text;

/// <summary>Turns text into token ids and back. Any text comes back exactly; unpaired surrogates come back as U+FFFD. Safe for many threads.</summary>
public sealed class TextTokenizer : ITokenizer
{
    private readonly BpeModel _model;
    private readonly BpeTokenizer _tokenizer;
    private readonly byte[][] _bytes;

    public TextTokenizer(BpeModel model)
    {
        _model = model;
        // Special tokens are not in this vocabulary: text that looks like one is encoded as text.
        var text = model.Vocabulary.Select((token, id) => KeyValuePair.Create(token, id)).Skip(SpecialTokens.Count);
        _tokenizer = BpeTokenizer.Create(new BpeOptions(text)
        {
            ByteLevel = true,
            Merges = model.Merges.Select(merge => $"{merge.Left} {merge.Right}"),
            PreTokenizer = new RegexPreTokenizer(Pretokenizer.Pattern(), null),
        });
        _bytes = [.. model.Vocabulary.Select((token, id) => id < SpecialTokens.Count ? [] : token.Select(ByteAlphabet.Byte).ToArray())];
        (VocabularySize, Hash) = (model.Vocabulary.Count, model.Hash);
    }

    /// <summary>Entries, special tokens included.</summary>
    public int VocabularySize { get; }

    /// <summary>See <see cref="BpeModel.Hash"/>.</summary>
    public string Hash { get; }

    /// <exception cref="InvalidDataException">The files are missing or damaged.</exception>
    public static TextTokenizer Load(string folder, string prefix = "") => new(BpeModel.Load(folder, prefix));

    /// <returns>Ids without special tokens; empty for empty text.</returns>
    public int[] Encode(string text) => text.Length == 0 ? [] : [.. _tokenizer.EncodeToIds(WellFormed(text), considerNormalization: false)];

    /// <summary>The text of the ids; special tokens stand for none, and bytes that are no UTF-8 become U+FFFD.</summary>
    public string Decode(IReadOnlyList<int> ids)
    {
        var bytes = new ArrayBufferWriter<byte>(ids.Count * 4 + 1);
        foreach (var id in ids) bytes.Write(_bytes[id]);
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    /// <inheritdoc/>
    public string Piece(int id)
    {
        if (id < SpecialTokens.Count) return SpecialTokens.Names[id];
        var text = Encoding.UTF8.GetString(_bytes[id]);
        return text.Contains('\ufffd') ? string.Concat(_bytes[id].Select(value => value < 0x80 ? ((char)value).ToString() : $"<{value:x2}>")) : text;
    }

    /// <inheritdoc/>
    public void Save(string folder, string prefix = "") => _model.Save(folder, prefix);

    private static string WellFormed(string text) =>
        text.AsSpan().ContainsAnyInRange('\ud800', '\udfff') ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) : text;
}
