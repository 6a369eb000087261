using DistTrain.Model.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Decoding;

/// <summary>
/// Computes one position only, and has keys and values of all earlier ones from a cache. In the cache every position of every hypothesis
/// that was ever live keeps its slot, and a mask tells a hypothesis which of them are its own beginning: nothing moves when beams change.
/// </summary>
internal sealed class CachedSteps(Transformer model, IReadOnlyList<int[]> sources, IReadOnlyList<Beam> beams) : IDecoderSteps
{
    /// <summary>Done sentences leave when they are at least one of so many: taking them out means to copy the others.</summary>
    private const int LeaveTogether = 5;

    private readonly DecoderCache cache = model.StartDecoding(TokenMatrix.Sources(sources));

    /// <summary>First slot of each position.</summary>
    private readonly List<int> slots = [];

    private IReadOnlyList<Beam> held = beams;

    public Tensor Next()
    {
        using var scope = NewDisposeScope();
        LetGo();
        var grid = new LiveGrid(held);
        slots.Add(cache.Slots);
        var tokens = new long[grid.Cells];
        foreach (var (cell, node) in grid.Nodes()) tokens[cell] = node.Token;
        var decoded_PD = model.Step(tensor(tokens, [held.Count, grid.Width]), slots.Count - 1, cache, Ancestors(grid));
        return grid.Live(decoded_PD).MoveToOuterDisposeScope();
    }

    public void Dispose() => cache.Dispose();

    private void LetGo()
    {
        var searching = Enumerable.Range(0, held.Count).Where(line => !held[line].IsDone).ToList();
        if ((held.Count - searching.Count) * LeaveTogether < held.Count) return;
        cache.SelectSentences([.. searching.Select(line => (long)line)]);
        held = [.. searching.Select(line => held[line])];
    }

    /// <summary>Hides all but the beginning of each hypothesis: [lines, width, slots]. Null when there is nothing else.</summary>
    private Tensor? Ancestors(LiveGrid grid)
    {
        var count = slots[^1] + grid.Width;
        if (count == slots.Count) return null;
        var mask = new float[grid.Cells * count];
        Array.Fill(mask, float.NegativeInfinity);
        // Every cell sees its own position: a row without a visible slot would become NaN.
        for (var cell = 0; cell < grid.Cells; cell++) mask[cell * count + slots[^1] + cell % grid.Width] = 0;
        foreach (var (cell, live) in grid.Nodes())
            for (var node = live.Parent; node is not null; node = node.Parent)
                mask[cell * count + slots[node.Length] + node.Rank] = 0;
        return tensor(mask, [held.Count, grid.Width, count]);
    }
}
