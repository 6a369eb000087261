using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Decoding;

/// <summary>What a search keeps between steps, so that a step computes one position only and the source is encoded once.</summary>
internal sealed class DecoderCache : IDisposable
{
    private readonly int heads;

    /// <param name="sources">Keys and values of the encoded sources, for each layer.</param>
    /// <param name="sourceMask_N1S">Of <see cref="Masks.Padding"/>.</param>
    public DecoderCache(int heads, IEnumerable<KeysValues> sources, Tensor sourceMask_N1S)
    {
        this.heads = heads;
        Layers = [.. sources.Select(source => new LayerCache(source, heads))];
        SourceMask_N1S = sourceMask_N1S.DetachFromDisposeScope();
    }

    public IReadOnlyList<LayerCache> Layers { get; }

    public Tensor SourceMask_N1S { get; private set; }

    /// <summary>Positions decoded so far.</summary>
    public int Length { get; private set; }

    /// <summary>One more position has gone through all layers.</summary>
    public void Advance() => Length++;

    /// <inheritdoc cref="LayerCache.SelectSequences"/>
    public void SelectSequences(IReadOnlyList<long> parents)
    {
        using var scope = NewDisposeScope();
        var rows = Index(parents);
        foreach (var layer in Layers) layer.SelectSequences(rows);
    }

    /// <inheritdoc cref="LayerCache.SelectSentences"/>
    public void SelectSentences(IReadOnlyList<long> sentences)
    {
        using var scope = NewDisposeScope();
        var rows = Index(sentences);
        foreach (var layer in Layers) layer.SelectSentences(rows);
        using var replaced = SourceMask_N1S;
        SourceMask_N1S = replaced.view(-1, heads, 1, replaced.shape[2]).index_select(0, rows).flatten(0, 1).DetachFromDisposeScope();
    }

    public void Dispose()
    {
        foreach (var layer in Layers) layer.Dispose();
        SourceMask_N1S.Dispose();
    }

    private Tensor Index(IReadOnlyList<long> rows) => tensor(rows.ToArray(), device: SourceMask_N1S.device);
}
