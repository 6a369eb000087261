using CsCheck;
using DistTrain.Model.Decoding;
using static TorchSharp.torch;

namespace DistTrain.Model.Tests.Decoding;

public class SlotAttentionTests
{
    [Fact]
    public void Attend_ToAnySlots_IsSoftmaxOfTheirScaledProductsWithTheQuery() =>
        Gen.Select(Gen.OneOf(1, 2, 3), Gen.OneOf(1, 5, 16, 40), Gen.Int[0, 8].Array[1, 9].Array[1, 20]).Sample((heads, size, slots) =>
    {
        using var scope = NewDisposeScope();
        var width = heads * size;
        // More columns than queries, as in a row of queries, keys and values.
        var (query, memory) = (randn(slots.Length, width + 3), randn(9, 2 * width));
        var visible = new VisibleSlots();
        foreach (var row in slots) visible.Add(row);
        var actual = SlotAttention.Attend(query, memory, heads, visible);
        for (var row = 0; row < slots.Length; row++)
        {
            var seen = memory[tensor(slots[row].Select(slot => (long)slot).ToArray())];
            var keys = seen[.., ..width].view(-1, heads, size).transpose(0, 1);
            var values = seen[.., width..].view(-1, heads, size).transpose(0, 1);
            var weights = query[row, ..width].view(heads, 1, size).bmm(keys.transpose(1, 2)).div(Math.Sqrt(size)).softmax(-1);
            Close.Assert($"row {row}", weights.bmm(values).flatten().ToArray(), actual[row].ToArray());
        }
    }, iter: 60, threads: 1);
}
