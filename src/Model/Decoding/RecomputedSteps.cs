using DistTrain.Model.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Decoding;

/// <summary>Runs the decoder over the whole beginning of every hypothesis at each step; of the source it keeps the encoding. On the model's device; what searches with cached keys and values are measured and tested against.</summary>
internal sealed class RecomputedSteps : IDisposable
{
    private readonly Transformer model;
    private IReadOnlyList<Beam> held;
    private Tensor source_BS;
    private Tensor memory_BSD;

    public RecomputedSteps(Transformer model, IReadOnlyList<int[]> sources, IReadOnlyList<Beam> beams)
    {
        (this.model, held) = (model, beams);
        source_BS = TokenMatrix.Sources(sources).to(model.OutputWeight_VD.device).DetachFromDisposeScope();
        memory_BSD = model.Encode(source_BS).DetachFromDisposeScope();
    }

    /// <summary>What the decoder says after the last token of each live hypothesis, beam by beam: [R, D], the input of the output projection.</summary>
    public Tensor Next()
    {
        using var scope = NewDisposeScope();
        LetGo();
        var grid = new LiveGrid(held);
        var prefixes = Enumerable.Repeat(Array.Empty<int>(), grid.Cells).ToArray();
        foreach (var (cell, node) in grid.Nodes()) prefixes[cell] = node.Tokens();
        var decoded_PTD = model.Decode(TokenMatrix.TargetInputs(prefixes).to(source_BS.device), memory_BSD, source_BS);
        return grid.Live(decoded_PTD.select(1, decoded_PTD.shape[1] - 1)).cpu().MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        source_BS.Dispose();
        memory_BSD.Dispose();
    }

    private void LetGo()
    {
        var searching = Enumerable.Range(0, held.Count).Where(line => !held[line].IsDone).ToList();
        if (searching.Count == held.Count) return;
        var lines = tensor(searching.Select(line => (long)line).ToArray(), device: memory_BSD.device);
        using var sources = source_BS;
        using var memory = memory_BSD;
        source_BS = sources.index_select(0, lines).DetachFromDisposeScope();
        memory_BSD = memory.index_select(0, lines).DetachFromDisposeScope();
        held = [.. searching.Select(line => held[line])];
    }
}
