using static TorchSharp.torch;

namespace DistTrain.Model.Decoding;

/// <summary>One decoder layer's memory of a search: keys and values of the source, fixed, and of the tokens so far, growing.</summary>
internal sealed class LayerCache(KeysValues source, int heads) : IDisposable
{
    /// <summary>Of the source: [sentences x heads, S, E].</summary>
    public KeysValues Source { get; private set; } = Owned(source);

    /// <summary>Of the tokens so far: [sequences x heads, T, E]; null before the first.</summary>
    private KeysValues? Earlier { get; set; }

    /// <summary>Takes the keys and values of one further position and gives those of all positions.</summary>
    public KeysValues Append(KeysValues further)
    {
        Replace(Earlier is { } earlier
            ? new KeysValues(cat([earlier.Keys_NSE, further.Keys_NSE], 1), cat([earlier.Values_NSE, further.Values_NSE], 1))
            : new KeysValues(further.Keys_NSE.clone(), further.Values_NSE.clone()));
        return Earlier!.Value;
    }

    /// <summary>Makes sequence i the continuation of the earlier sequence <paramref name="parents"/>[i].</summary>
    public void SelectSequences(Tensor parents)
    {
        if (Earlier is { } earlier) Replace(Select(earlier, parents));
    }

    /// <summary>Keeps only some sentences' sources.</summary>
    public void SelectSentences(Tensor sentences)
    {
        var kept = Owned(Select(Source, sentences));
        Free(Source);
        Source = kept;
    }

    public void Dispose()
    {
        Free(Source);
        Free(Earlier);
    }

    private KeysValues Select(KeysValues of, Tensor rows) => new(Select(of.Keys_NSE, rows), Select(of.Values_NSE, rows));

    private Tensor Select(Tensor of_NTE, Tensor rows)
    {
        using var byRow = of_NTE.view(-1, heads, of_NTE.shape[1], of_NTE.shape[2]);
        return byRow.index_select(0, rows).flatten(0, 1);
    }

    private void Replace(KeysValues with)
    {
        var replaced = Earlier;
        Earlier = Owned(with);
        Free(replaced);
    }

    /// <summary>The search outlives the scopes of its steps.</summary>
    private static KeysValues Owned(KeysValues of) => new(of.Keys_NSE.DetachFromDisposeScope(), of.Values_NSE.DetachFromDisposeScope());

    private static void Free(KeysValues? of)
    {
        of?.Keys_NSE.Dispose();
        of?.Values_NSE.Dispose();
    }
}
