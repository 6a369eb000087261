using System.Text;

namespace DistTrain.Shared.Datasets.Stores;

/// <summary>
/// Texts in cells of a token store, a byte of UTF-8 in the place of each token. What a translation is compared with is kept so: tokens would give
/// back what the tokenizer's normalization makes of it, without what its vocabulary cannot write.
/// </summary>
public static class TextCells
{
    /// <summary>A text as it is kept.</summary>
    public static int[] Of(string text) => Array.ConvertAll(Encoding.UTF8.GetBytes(text), value => (int)value);

    /// <summary>The text that a cell holds.</summary>
    public static string Text(ReadOnlySpan<int> cell)
    {
        var bytes = new byte[cell.Length];
        for (var at = 0; at < bytes.Length; at++) bytes[at] = (byte)cell[at];
        return Encoding.UTF8.GetString(bytes);
    }
}
