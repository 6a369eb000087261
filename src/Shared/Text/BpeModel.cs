using System.IO.Hashing;
using System.Text;
using DistTrain.Shared.Text.Unicode;
using DistTrain.Shared.Text.Words;

namespace DistTrain.Shared.Text;

/// <summary>A trained byte-level BPE: its vocabulary and its merges, and what becomes of text before them. Immutable.</summary>
public sealed class BpeModel
{
    /// <summary>Stands for bytes that the vocabulary leaves out; it has none of them, and no such token, when it has all 256.</summary>
    internal const string Unknown = "<unk>";

    internal BpeModel(IReadOnlyList<string> vocabulary, IReadOnlyList<(string Left, string Right)> merges, WordPattern words,
        Normalization normalization)
    {
        (Vocabulary, Merges, Words, Normalization) = (vocabulary, merges, words, normalization);
        var more = (words, normalization) == default ? "" : $"\n\n{words}\n{normalization}";
        Hash = Convert.ToHexStringLower(
            XxHash128.Hash(Encoding.UTF8.GetBytes(string.Join('\n', vocabulary) + "\n\n" + string.Join('\n', merges) + more)));
    }

    /// <summary>Tokens by id, in the byte alphabet of GPT-2; the special tokens first.</summary>
    public IReadOnlyList<string> Vocabulary { get; }

    /// <summary>Pairs in the order in which they were learned, which is the order in which they are applied.</summary>
    public IReadOnlyList<(string Left, string Right)> Merges { get; }

    /// <summary>What merges stay within.</summary>
    public WordPattern Words { get; }

    /// <summary>The form that text is brought into before it is cut into words.</summary>
    public Normalization Normalization { get; }

    /// <summary>The vocabulary has all 256 bytes, so that any text comes back exactly.</summary>
    public bool HasAllBytes => Vocabulary[SpecialTokens.Count] != Unknown;

    /// <summary>Hash of all that decides how text is encoded: equal when and only when two models encode alike.</summary>
    public string Hash { get; }

    /// <summary>Writes <c>vocab.json</c>, <c>merges.txt</c> and <c>tokenizer.json</c> (the form of the Hugging Face tokenizers library).</summary>
    public void Save(string folder, string prefix = "") => BpeFiles.Save(this, folder, prefix);

    /// <exception cref="InvalidDataException">A file is missing, or is not what <see cref="Save"/> writes.</exception>
    public static BpeModel Load(string folder, string prefix = "") => BpeFiles.Load(folder, prefix);

    /// <summary>What stands in a vocabulary between the special tokens and the merges.</summary>
    /// <param name="bytes">In order.</param>
    internal static IEnumerable<string> Alphabet(IReadOnlyCollection<byte> bytes) =>
        bytes.Select(value => ByteAlphabet.Letter(value).ToString()).Prepend(Unknown).Skip(bytes.Count == 256 ? 1 : 0);

    /// <param name="merges">Pairs of symbols: those below 256 are bytes, and merge number n makes the symbol 256 + n.</param>
    internal static BpeModel FromMerges(IReadOnlyCollection<byte> bytes, IEnumerable<(int Left, int Right)> merges, WordPattern words,
        Normalization normalization)
    {
        var symbols = Enumerable.Range(0, 256).Select(value => ByteAlphabet.Letter((byte)value).ToString()).ToList();
        var pairs = new List<(string, string)>();
        foreach (var (left, right) in merges)
        {
            pairs.Add((symbols[left], symbols[right]));
            symbols.Add(symbols[left] + symbols[right]);
        }
        return new([.. SpecialTokens.Names, .. Alphabet(bytes), .. symbols.Skip(256)], pairs, words, normalization);
    }
}
