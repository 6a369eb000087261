using CsCheck;
using DistTrain.Model.Decoding.Packed;
using static TorchSharp.torch;

namespace DistTrain.Model.Tests.Decoding.Packed;

public unsafe class RowAttentionTests
{
    [Fact]
    public void Attend_ToAnyRows_IsSoftmaxOfTheirScaledProductsWithTheQuery() =>
        Gen.Select(Gen.OneOf(1, 2, 3), Gen.OneOf(1, 5, 8, 16, 32, 43), Gen.Int[0, 8].Array[1, 20], Gen.Int[0, 5])
        .Sample((heads, size, seen, offset) =>
    {
        using var scope = NewDisposeScope();
        using var workspace = new Workspace();
        var width = heads * size;
        var (query_D, memory) = (randn(width), randn(9, offset + 2 * width));
        var actual = new float[width];
        fixed (float* query = query_D.ToArray(), rows = memory.ToArray(), context = actual)
        {
            var first = (nint)rows;
            nint[] keys = [.. seen.Select(row => first + row * (offset + 2 * width) * sizeof(float))];
            new RowAttention(width, heads).Attend(query, keys, offset, context, workspace);
        }
        var chosen = memory[tensor(seen.Select(row => (long)row).ToArray())][.., offset..];
        var keys_HSE = chosen[.., ..width].view(-1, heads, size).transpose(0, 1);
        var values_HSE = chosen[.., width..].view(-1, heads, size).transpose(0, 1);
        var weights = query_D.view(heads, 1, size).bmm(keys_HSE.transpose(1, 2)).div(Math.Sqrt(size)).softmax(-1);
        Close.Assert("context", weights.bmm(values_HSE).flatten().ToArray(), actual);
    }, iter: 100, threads: 1);
}
