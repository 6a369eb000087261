using System.IO.Hashing;
using System.Text;

namespace DistTrain.Shared.Text;

/// <summary>A trained byte-level BPE: its vocabulary and its merges. Immutable.</summary>
public sealed class BpeModel
{
    /// <summary>Id of the first merge: special tokens and the 256 bytes stand before it.</summary>
    internal const int FirstMerge = SpecialTokens.Count + 256;

    private BpeModel(IReadOnlyList<string> vocabulary, IReadOnlyList<(string Left, string Right)> merges)
    {
        (Vocabulary, Merges) = (vocabulary, merges);
        Hash = Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes(string.Join('\n', vocabulary) + "\n\n" + string.Join('\n', merges))));
    }

    /// <summary>Tokens by id, in the byte alphabet of GPT-2; the special tokens first.</summary>
    public IReadOnlyList<string> Vocabulary { get; }

    /// <summary>Pairs in the order in which they were learned, which is the order in which they are applied.</summary>
    public IReadOnlyList<(string Left, string Right)> Merges { get; }

    /// <summary>Hash of vocabulary and merges: equal when and only when two models encode alike.</summary>
    public string Hash { get; }

    /// <summary>Writes <c>vocab.json</c>, <c>merges.txt</c> and <c>tokenizer.json</c> (the form of the Hugging Face tokenizers library).</summary>
    public void Save(string folder, string prefix = "") => BpeFiles.Save(this, folder, prefix);

    /// <exception cref="InvalidDataException">A file is missing, or is not what <see cref="Save"/> writes.</exception>
    public static BpeModel Load(string folder, string prefix = "") => BpeFiles.Load(folder, prefix);

    /// <summary>The tokens of the 256 bytes, which follow the special tokens.</summary>
    internal static IEnumerable<string> Bytes => Enumerable.Range(0, 256).Select(value => ByteAlphabet.Letter((byte)value).ToString());

    /// <summary>The symbol of a byte.</summary>
    internal static int SymbolOf(byte value) => SpecialTokens.Count + value;

    /// <param name="merges">Pairs of ids; merge number n makes the id <see cref="FirstMerge"/> + n.</param>
    internal static BpeModel FromMerges(IEnumerable<(int Left, int Right)> merges)
    {
        var vocabulary = SpecialTokens.Names.Concat(Bytes).ToList();
        var pairs = new List<(string, string)>();
        foreach (var (left, right) in merges)
        {
            pairs.Add((vocabulary[left], vocabulary[right]));
            vocabulary.Add(vocabulary[left] + vocabulary[right]);
        }
        return new(vocabulary, pairs);
    }

    internal static BpeModel From(IReadOnlyList<string> vocabulary, IReadOnlyList<(string Left, string Right)> merges) => new(vocabulary, merges);
}
