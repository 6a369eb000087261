using System.Buffers;
using System.IO.Hashing;
using System.Text;
using DistTrain.Shared.Text.SentencePiece;
using Google.Protobuf;

namespace DistTrain.Shared.Text;

/// <summary>
/// A SentencePiece model (Kudo, Richardson 2018), unigram or BPE, that another program trained. It encodes and decodes as SentencePiece
/// does: text is normalised as the model says, so not every text comes back exactly. Safe for many threads.
/// </summary>
public sealed class SentencePieceTokenizer : ITokenizer
{
    /// <summary>Name of the model's file in a folder of tokenizers.</summary>
    internal const string FileName = "sentencepiece.model";

    private readonly byte[] _file;
    private readonly SentencePieceModel _model;
    private readonly Normalizer _normalizer;
    private readonly ICutter _cutter;
    // The model's own control tokens have no place: ours stand for them. All other pieces keep their order.
    private readonly List<ModelPiece> _pieces;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _ids;
    private readonly int[] _bytes;

    private SentencePieceTokenizer(byte[] file)
    {
        _file = file;
        _model = SentencePieceModel.Parse(file);
        _normalizer = new(_model);
        _cutter = _model.Cutting.Algorithm == SentencePieceModel.Bpe ? new BpeCutter(_model) : new UnigramCutter(_model);
        _pieces = [.. _model.Pieces.Where(piece => piece.Kind != PieceKind.Control)];
        var ours = _pieces.Index().Select(entry => (Id: SpecialTokens.Count + entry.Index, Piece: entry.Item)).ToLookup(entry => entry.Piece.Kind);
        _ids = ours[PieceKind.Normal].Concat(ours[PieceKind.UserDefined]).ToDictionary(entry => entry.Piece.Text, entry => entry.Id)
            .GetAlternateLookup<ReadOnlySpan<char>>();
        _bytes = [.. ours[PieceKind.Byte].OrderBy(entry => entry.Piece.Byte).Select(entry => entry.Id)];
        Unknown = ours[PieceKind.Unknown].Single().Id;
        Hash = Convert.ToHexStringLower(XxHash128.Hash(file));
    }

    /// <inheritdoc/>
    public int VocabularySize => SpecialTokens.Count + _pieces.Count;

    /// <inheritdoc/>
    public int? Unknown { get; }

    /// <summary>Hash of the model's file.</summary>
    public string Hash { get; }

    /// <param name="path">A <c>.model</c> file.</param>
    /// <exception cref="InvalidDataException">It is no SentencePiece model, or one of whole words or single characters.</exception>
    public static SentencePieceTokenizer Load(string path)
    {
        var file = File.ReadAllBytes(path);
        try
        {
            return new(file);
        }
        catch (Exception failure) when (failure is InvalidDataException or InvalidProtocolBufferException)
        {
            var reason = failure is InvalidProtocolBufferException ? "it has not the form of one." : failure.Message;
            throw new InvalidDataException($"'{path}' is not a SentencePiece model that can be used: {reason} Give the .model file that " +
                "spm_train wrote, unigram or bpe.", failure);
        }
    }

    /// <inheritdoc/>
    public int[] Encode(string text)
    {
        var normal = _normalizer.Normalize(text);
        var ids = new List<int>(normal.Length / 2);
        var afterUnknown = false;
        foreach (var (start, end) in _cutter.Cut(normal))
        {
            var piece = normal.AsSpan(start, end - start);
            var isKnown = _ids.TryGetValue(piece, out var id);
            if (isKnown) ids.Add(id);
            else if (_model.Cutting.BytesForUnknown) ids.AddRange(Encoding.UTF8.GetBytes(piece.ToString()).Select(value => _bytes[value]));
            // However many characters in a row are unknown, they are one token.
            else if (!afterUnknown) ids.Add(Unknown!.Value);
            afterUnknown = !isKnown;
        }
        return [.. ids];
    }

    /// <summary>
    /// The pieces of a text as SentencePiece writes them: U+2581 for a space, unknown characters as they stand, those in a row as one piece.
    /// </summary>
    public IReadOnlyList<string> Pieces(string text)
    {
        var normal = _normalizer.Normalize(text);
        var pieces = new List<string>(normal.Length / 2);
        var afterUnknown = false;
        foreach (var (start, end) in _cutter.Cut(normal))
        {
            var piece = normal[start..end];
            var isKnown = _ids.ContainsKey(piece);
            if (!isKnown && _model.Cutting.BytesForUnknown) pieces.AddRange(Encoding.UTF8.GetBytes(piece).Select(value => $"<0x{value:X2}>"));
            else if (!isKnown && afterUnknown) pieces[^1] += piece;
            else pieces.Add(piece);
            afterUnknown = !isKnown;
        }
        return pieces;
    }

    /// <inheritdoc/>
    public string Decode(IReadOnlyList<int> ids)
    {
        var text = new ArrayBufferWriter<byte>(ids.Count * 8 + 1);
        var spaces = _model.Normalization.RemovesSpaces ? int.MaxValue : _model.Normalization.AddsSpace ? 1 : 0;
        foreach (var piece in ids.Where(id => id >= SpecialTokens.Count).Select(id => _pieces[id - SpecialTokens.Count]))
            switch (piece.Kind)
            {
                case PieceKind.Byte:
                    text.Write([piece.Byte]);
                    break;
                case PieceKind.Unknown:
                    text.Write(Encoding.UTF8.GetBytes(_model.Cutting.UnknownText));
                    break;
                default:
                    // The space that normalisation put at the beginning is not of the text.
                    var isFirst = text.WrittenCount == 0 && piece.Text.StartsWith(Normalizer.Space) && spaces-- > 0;
                    text.Write(Encoding.UTF8.GetBytes((isFirst ? piece.Text[1..] : piece.Text).Replace(Normalizer.Space, ' ')));
                    break;
            }
        return Encoding.UTF8.GetString(text.WrittenSpan);
    }

    /// <inheritdoc/>
    public string Piece(int id) => id < SpecialTokens.Count
        ? SpecialTokens.Names[id] : _pieces[id - SpecialTokens.Count] is var piece && piece.Kind == PieceKind.Byte
        ? piece.Byte < 0x80 ? ((char)piece.Byte).ToString() : $"<{piece.Byte:x2}>"
        : piece.Text.Replace(Normalizer.Space, ' ');

    /// <inheritdoc/>
    public void Save(string folder, string prefix = "") => File.WriteAllBytes(Path.Combine(folder, prefix + FileName), _file);
}
