using System.Text.RegularExpressions;

namespace DistTrain.Shared.Text;

/// <summary>
/// Cuts text into the pieces that merges stay within: runs of letters, of digits or of other signs, each with the space before it, and
/// the English contractions apart. It is the pattern of GPT-2, which <c>tokenizer.json</c> files name "ByteLevel"; runs of Chinese are
/// runs of letters.
/// </summary>
internal static partial class Pretokenizer
{
    [GeneratedRegex(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+", RegexOptions.CultureInvariant)]
    public static partial Regex Pattern();
}
