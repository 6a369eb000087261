namespace DistTrain.Shared.Text;

/// <summary>Encodes many texts on all processors.</summary>
public static class ParallelEncoding
{
    private const int TextsAtOnce = 4096;

    /// <summary>The ids of each text, in the texts' order and as they are asked for.</summary>
    public static IEnumerable<int[]> EncodeAll(this ITokenizer tokenizer, IEnumerable<string> texts) => texts.EncodeAll(tokenizer.Encode);

    /// <summary>What <paramref name="encode"/> makes of each item, in the items' order and as they are asked for.</summary>
    /// <param name="encode">Called by several threads at once.</param>
    public static IEnumerable<TResult> EncodeAll<TItem, TResult>(this IEnumerable<TItem> items, Func<TItem, TResult> encode) =>
        items.Chunk(TextsAtOnce).SelectMany(chunk => chunk.AsParallel().AsOrdered().Select(encode));
}
