using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Decoding.Recomputed;

/// <summary>
/// The live hypotheses of a batch as a matrix: a line for each sentence, as wide as the sentence with the most. Cells without a hypothesis
/// are computed and ignored.
/// </summary>
internal readonly struct LiveGrid(IReadOnlyList<Beam> beams)
{
    public int Width { get; } = beams.Max(beam => beam.Live.Count);

    public int Cells => beams.Count * Width;

    /// <summary>The hypotheses with the index of their cells.</summary>
    public IEnumerable<(int Cell, BeamNode Node)> Nodes()
    {
        for (var line = 0; line < beams.Count; line++)
            foreach (var node in beams[line].Live)
                yield return (line * Width + node.Rank, node);
    }

    /// <summary>The rows of cells with a hypothesis.</summary>
    /// <param name="x_PD">A row for each cell.</param>
    public Tensor Live(Tensor x_PD)
    {
        long[] live = [.. Nodes().Select(item => (long)item.Cell)];
        if (live.Length == Cells) return x_PD;
        using var rows = tensor(live, device: x_PD.device);
        return x_PD.index_select(0, rows);
    }
}
