using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Decoding;

/// <summary>One decoder layer's memory of a batch: keys and values of the sources, fixed, and of the tokens so far, growing.</summary>
internal sealed class LayerCache(KeysValues source) : IDisposable
{
    private readonly GrowingTensor keys = new();
    private readonly GrowingTensor values = new();

    /// <summary>Of the source: [sentences x heads, S, E].</summary>
    public KeysValues Source { get; private set; } = new(source.Keys_NSE.DetachFromDisposeScope(), source.Values_NSE.DetachFromDisposeScope());

    /// <summary>Slots of each sentence that are taken.</summary>
    public int Slots => (int)keys.Length;

    /// <summary>Takes the keys and values of further slots and gives those of all: [sentences x heads, slots, E].</summary>
    public KeysValues Append(KeysValues further) => new(keys.Append(further.Keys_NSE), values.Append(further.Values_NSE));

    /// <summary>Keeps only some rows (sentences x heads).</summary>
    public void Select(Tensor rows)
    {
        using var replacedKeys = Source.Keys_NSE;
        using var replacedValues = Source.Values_NSE;
        Source = new(replacedKeys.index_select(0, rows).DetachFromDisposeScope(), replacedValues.index_select(0, rows).DetachFromDisposeScope());
        keys.Select(rows);
        values.Select(rows);
    }

    public void Dispose()
    {
        Source.Keys_NSE.Dispose();
        Source.Values_NSE.Dispose();
        keys.Dispose();
        values.Dispose();
    }
}
