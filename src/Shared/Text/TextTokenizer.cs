using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using DistTrain.Shared.Text.Unicode;
using DistTrain.Shared.Text.Words;

namespace DistTrain.Shared.Text;

/// <summary>
/// Byte-level BPE. Any text comes back exactly, as the model's normalization leaves it; unpaired surrogates come back as U+FFFD, and so do
/// bytes that a small vocabulary leaves out. Safe for many threads.
/// </summary>
public sealed class TextTokenizer : ITokenizer
{
    /// <summary>Words whose encoding is kept. Common words come early, so that those behind this number are hardly missed.</summary>
    private const int WordsKept = 1 << 16;

    /// <summary>Letters of the longest word that is kept: longer ones hardly come again.</summary>
    private const int LongestKept = 64;

    private readonly BpeModel _model;
    // Special tokens are not in it: text that looks like one is encoded as text.
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _ids;
    private readonly ConcurrentDictionary<string, int[]> _words = new();
    private readonly ConcurrentDictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> _known;
    private readonly byte[][] _bytes;
    private int _kept;

    public TextTokenizer(BpeModel model)
    {
        _model = model;
        Unknown = model.HasAllBytes ? null : SpecialTokens.Count;
        _ids = model.Vocabulary.Index().Skip(SpecialTokens.Count + (model.HasAllBytes ? 0 : 1))
            .ToDictionary(token => token.Item, token => token.Index).GetAlternateLookup<ReadOnlySpan<char>>();
        _known = _words.GetAlternateLookup<ReadOnlySpan<char>>();
        _bytes = [
            .. model.Vocabulary.Select((token, id) => id < SpecialTokens.Count ? [] : id == Unknown
                ? Encoding.UTF8.GetBytes("\ufffd") : token.Select(ByteAlphabet.Byte).ToArray())];
        (VocabularySize, Hash) = (model.Vocabulary.Count, model.Hash);
    }

    /// <inheritdoc/>
    public int VocabularySize { get; }

    /// <inheritdoc/>
    public int? Unknown { get; }

    /// <summary>See <see cref="BpeModel.Hash"/>.</summary>
    public string Hash { get; }

    /// <exception cref="InvalidDataException">The files are missing or damaged.</exception>
    public static TextTokenizer Load(string folder, string prefix = "") => new(BpeModel.Load(folder, prefix));

    /// <inheritdoc/>
    public int[] Encode(string text)
    {
        var ids = new List<int>(text.Length / 2);
        for (var rest = UnicodeNormalizer.Normalize(text, _model.Normalization).AsSpan(); rest.Length > 0;)
        {
            var word = rest[..Pretokenizer.FirstWord(rest, _model.Words)];
            ids.AddRange(_known.TryGetValue(word, out var known) ? known : EncodeNew(word.ToString()));
            rest = rest[word.Length..];
        }
        return [.. ids];
    }

    /// <inheritdoc/>
    public string Decode(IReadOnlyList<int> ids)
    {
        var bytes = new ArrayBufferWriter<byte>(ids.Count * 4 + 1);
        foreach (var id in ids) bytes.Write(_bytes[id]);
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    /// <inheritdoc/>
    public string Piece(int id)
    {
        if (id < SpecialTokens.Count || id == Unknown) return _model.Vocabulary[id];
        var text = Encoding.UTF8.GetString(_bytes[id]);
        return text.Contains('\ufffd') ? string.Concat(_bytes[id].Select(value => value < 0x80 ? ((char)value).ToString() : $"<{value:x2}>")) : text;
    }

    /// <inheritdoc/>
    public void Save(string folder, string prefix = "") => _model.Save(folder, prefix);

    private int[] EncodeNew(string word)
    {
        var letters = string.Concat(Encoding.UTF8.GetBytes(word).Select(ByteAlphabet.Letter));
        // A token's text says which merge makes it: training finds each text in one way only. Its id says when.
        var symbols = PairMerging.Merge([.. Enumerable.Range(0, letters.Length)], letters.Length,
            (start, end) => _ids.TryGetValue(letters.AsSpan(start, end - start), out var id) ? id : null);
        var found = new List<int>();
        foreach (var (start, end) in symbols)
        {
            if (_ids.TryGetValue(letters.AsSpan(start, end - start), out var id)) found.Add(id);
            // However many bytes in a row are unknown, they are one token.
            else if (found.Count == 0 || found[^1] != Unknown) found.Add(Unknown!.Value);
        }
        int[] ids = [.. found];
        if (word.Length <= LongestKept && Volatile.Read(ref _kept) < WordsKept && _words.TryAdd(word, ids)) Interlocked.Increment(ref _kept);
        return ids;
    }
}
