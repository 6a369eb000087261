using System.IO.Hashing;
using SentencePiece = Microsoft.ML.Tokenizers.SentencePieceTokenizer;

namespace DistTrain.Shared.Text;

/// <summary>
/// A SentencePiece model (Kudo, Richardson 2018), unigram or BPE, that another program trained. Text is normalised as the model says, so
/// not every text comes back exactly.
/// </summary>
public sealed class SentencePieceTokenizer : ITokenizer
{
    /// <summary>Name of the model's file in a folder of tokenizers.</summary>
    internal const string FileName = "sentencepiece.model";

    private const string Padding = "<pad>", WordBegin = "\u2581";

    private readonly byte[] _file;
    private readonly SentencePiece _model;
    private readonly int[] _ours, _theirs;
    private readonly string[] _pieces;

    private SentencePieceTokenizer(byte[] file)
    {
        _file = file;
        using var stream = new MemoryStream(file);
        _model = SentencePiece.Create(stream, addBeginningOfSentence: false, addEndOfSentence: false);
        // The model's own control tokens have no place of their own: ours stand for them. All others keep their order.
        var kept = _model.Vocabulary.OrderBy(entry => entry.Value)
            .Where(entry => entry.Value != _model.BeginningOfSentenceId && entry.Value != _model.EndOfSentenceId && entry.Key != Padding).ToList();
        _theirs = [.. kept.Select(entry => entry.Value)];
        _pieces = [.. SpecialTokens.Names, .. kept.Select(entry => entry.Key.Replace(WordBegin, " ", StringComparison.Ordinal))];
        _ours = new int[_theirs.Max() + 1];
        for (var index = 0; index < _theirs.Length; index++) _ours[_theirs[index]] = SpecialTokens.Count + index;
        Hash = Convert.ToHexStringLower(XxHash128.Hash(file));
    }

    /// <inheritdoc/>
    public int VocabularySize => _pieces.Length;

    /// <summary>Hash of the model's file.</summary>
    public string Hash { get; }

    /// <param name="path">A <c>.model</c> file.</param>
    /// <exception cref="InvalidDataException">It is no SentencePiece model.</exception>
    public static SentencePieceTokenizer Load(string path)
    {
        var file = File.ReadAllBytes(path);
        try
        {
            return new(file);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // The library tells damage by whatever its parser stumbles over.
            throw new InvalidDataException($"'{path}' is not a SentencePiece model that can be read: {failure.Message} Give the .model file that spm_train wrote, unigram or bpe.", failure);
        }
    }

    /// <inheritdoc/>
    public int[] Encode(string text) => text.Length == 0 ? [] : [.. _model.EncodeToIds(text).Select(id => _ours[id])];

    /// <inheritdoc/>
    public string Decode(IReadOnlyList<int> ids) => _model.Decode(ids.Where(id => id >= SpecialTokens.Count).Select(id => _theirs[id - SpecialTokens.Count]));

    /// <inheritdoc/>
    public string Piece(int id) => _pieces[id];

    /// <inheritdoc/>
    public void Save(string folder, string prefix = "") => File.WriteAllBytes(Path.Combine(folder, prefix + FileName), _file);
}
