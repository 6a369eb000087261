using DistTrain.Model.Batches;
using DistTrain.Model.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Decoding.Recomputed;

/// <summary>
/// Runs the decoder over the whole beginning of every hypothesis at each step; of the source it keeps the encoding. On the model's device; what
/// searches with cached keys and values are measured and tested against.
/// </summary>
internal sealed class RecomputedSteps : IDisposable
{
    private readonly Transformer _model;
    private IReadOnlyList<Beam> _held;
    private Tensor _source_BS;
    private Tensor _memory_BSD;

    public RecomputedSteps(Transformer model, IReadOnlyList<int[]> sources, IReadOnlyList<Beam> beams)
    {
        (_model, _held) = (model, beams);
        _source_BS = TokenMatrix.Sources(sources).to(model.OutputWeight_VD.device).DetachFromDisposeScope();
        _memory_BSD = model.Encode(_source_BS).DetachFromDisposeScope();
    }

    /// <summary>
    /// What the decoder says after the last token of each live hypothesis, beam by beam: [R, D], the input of the output projection.
    /// </summary>
    public Tensor Next()
    {
        using var scope = NewDisposeScope();
        LetGo();
        var grid = new LiveGrid(_held);
        var prefixes = Enumerable.Repeat(Array.Empty<int>(), grid.Cells).ToArray();
        foreach (var (cell, node) in grid.Nodes()) prefixes[cell] = node.Tokens();
        var decoded_PTD = _model.Decode(TokenMatrix.TargetInputs(prefixes).to(_source_BS.device), _memory_BSD, _source_BS);
        return grid.Live(decoded_PTD.select(1, decoded_PTD.shape[1] - 1)).cpu().MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _source_BS.Dispose();
        _memory_BSD.Dispose();
    }

    private void LetGo()
    {
        var searching = Enumerable.Range(0, _held.Count).Where(line => !_held[line].IsDone).ToList();
        if (searching.Count == _held.Count) return;
        var lines = tensor(searching.Select(line => (long)line).ToArray(), device: _memory_BSD.device);
        using var sources = _source_BS;
        using var memory = _memory_BSD;
        _source_BS = sources.index_select(0, lines).DetachFromDisposeScope();
        _memory_BSD = memory.index_select(0, lines).DetachFromDisposeScope();
        _held = [.. searching.Select(line => _held[line])];
    }
}
