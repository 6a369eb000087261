using System.Runtime.InteropServices;

namespace DistTrain.Model.Decoding;

/// <summary>Which slots of a cache each row of queries sees.</summary>
internal sealed class VisibleSlots
{
    private readonly List<int> slots = [];
    private readonly List<int> ends = [0];

    public int Rows => ends.Count - 1;

    public ReadOnlySpan<int> this[int row] => CollectionsMarshal.AsSpan(slots)[ends[row]..ends[row + 1]];

    /// <param name="row">At least one slot.</param>
    public void Add(ReadOnlySpan<int> row)
    {
        slots.AddRange(row);
        ends.Add(slots.Count);
    }
}
