namespace DistTrain.Shared.Text;

/// <summary>Turns text into token ids and back. The <see cref="SpecialTokens"/> come first in every vocabulary. Safe for many threads.</summary>
public interface ITokenizer
{
    /// <summary>Entries, special tokens included.</summary>
    int VocabularySize { get; }

    /// <summary>Equal when and only when two tokenizers encode alike.</summary>
    string Hash { get; }

    /// <summary>The token for text that the vocabulary cannot write; null when it can write all. Searches never say it.</summary>
    int? Unknown { get; }

    /// <returns>Ids without special tokens; empty for empty text.</returns>
    int[] Encode(string text);

    /// <summary>The text of the ids; special tokens stand for none, and bytes that are no UTF-8 become U+FFFD.</summary>
    string Decode(IReadOnlyList<int> ids);

    /// <summary>One token as people can read it. Bytes that are no character by themselves are written as <c>&lt;e4&gt;</c>.</summary>
    string Piece(int id);

    /// <summary>Writes the tokenizer's files.</summary>
    /// <param name="prefix">What their names begin with; see <see cref="TokenizerPair"/>.</param>
    void Save(string folder, string prefix = "");
}
