using DistTrain.Model.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Decoding;

/// <summary>
/// Computes one position only, and has keys and values of all earlier ones from a cache. There every token of every hypothesis that was ever
/// live keeps its slot, and a hypothesis sees the slots of its own beginning: nothing is copied when beams change or sentences are done.
/// </summary>
internal sealed class CachedSteps : IDecoderSteps
{
    private readonly Transformer model;
    private readonly IReadOnlyList<Beam> beams;
    private readonly DecoderCache cache;

    /// <summary>For each sentence the rows of its encoding among those of all.</summary>
    private readonly int[][] encoded;
    private int slots, position;

    public CachedSteps(Transformer model, IReadOnlyList<int[]> sources, IReadOnlyList<Beam> beams)
    {
        (this.model, this.beams) = (model, beams);
        var source_BS = TokenMatrix.Sources(sources);
        cache = model.StartDecoding(source_BS);
        encoded = [.. sources.Select((source, sentence) => Enumerable.Range(sentence * (int)source_BS.shape[1], source.Length + 1).ToArray())];
    }

    public Tensor Next()
    {
        var (tokens, own, source) = (new List<long>(), new VisibleSlots(), new VisibleSlots());
        for (var sentence = 0; sentence < beams.Count; sentence++)
            foreach (var node in beams[sentence].Live)
            {
                node.Slot = slots++;
                tokens.Add(node.Token);
                own.Add(node.Slots());
                source.Add(encoded[sentence]);
            }
        using var tokens_R = tensor(tokens);
        return model.Step(tokens_R, position++, cache, own, source);
    }

    public void Dispose() => cache.Dispose();
}
