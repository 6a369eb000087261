using TorchSharp;

namespace DistTrain.Model.Decoding;

/// <summary>What the decoder keeps between the positions of a search, of a whole batch.</summary>
internal sealed class DecoderCache(IEnumerable<torch.Tensor> sources, int heads) : IDisposable
{
    public IReadOnlyList<LayerCache> Layers { get; } = [.. sources.Select(source_RF => new LayerCache(source_RF, heads))];

    public void Dispose()
    {
        foreach (var layer in Layers) layer.Dispose();
    }
}
