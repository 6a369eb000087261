using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Decoding;

/// <summary>What the decoder keeps of a batch of sentences between positions. A position of one hypothesis takes one slot of its sentence.</summary>
internal sealed class DecoderCache : IDisposable
{
    private readonly int heads;

    /// <param name="sources">Keys and values of the encoded sources, for each layer.</param>
    /// <param name="sourceMask_N1S">Of <see cref="Masks.Padding"/>.</param>
    public DecoderCache(int heads, IEnumerable<KeysValues> sources, Tensor sourceMask_N1S)
    {
        this.heads = heads;
        Layers = [.. sources.Select(source => new LayerCache(source))];
        SourceMask_N1S = sourceMask_N1S.DetachFromDisposeScope();
    }

    public IReadOnlyList<LayerCache> Layers { get; }

    public Tensor SourceMask_N1S { get; private set; }

    /// <summary>Slots of each sentence that are taken.</summary>
    public int Slots => Layers[0].Slots;

    /// <summary>Keeps only some sentences.</summary>
    public void SelectSentences(IReadOnlyList<long> sentences)
    {
        using var scope = NewDisposeScope();
        var rows = tensor(sentences.SelectMany(sentence => Enumerable.Range(0, heads).Select(head => sentence * heads + head)).ToArray(), device: SourceMask_N1S.device);
        foreach (var layer in Layers) layer.Select(rows);
        using var replaced = SourceMask_N1S;
        SourceMask_N1S = replaced.index_select(0, rows).DetachFromDisposeScope();
    }

    public void Dispose()
    {
        foreach (var layer in Layers) layer.Dispose();
        SourceMask_N1S.Dispose();
    }
}
