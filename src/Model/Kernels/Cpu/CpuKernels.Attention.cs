using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using DistTrain.Model.Kernels.Simd;
using static TorchSharp.torch;

namespace DistTrain.Model.Kernels.Cpu;

/// <remarks>
/// Attention goes head by head from the rows of the projections to the rows that the output projection takes: a head's queries, keys and
/// values become float32 on the way into the nearest caches and stay there. Of the weights only each query's logarithm of the sum of
/// exponentials is kept; backward makes them again (FlashAttention: Dao et al. 2022, section 3.1), so that memory grows with the length and
/// not with its square.
/// </remarks>
internal sealed unsafe partial class CpuKernels<T, TElement>
{
    public override void Attend(AttentionInput input, Tensor context_RD, Tensor logSums_NT)
    {
        var (query, key, value) = (new HeadColumns(input.Query, input), new HeadColumns(input.Key, input), new HeadColumns(input.Value, input));
        var context = new HeadColumns(context_RD, 0, input);
        float* logSums = Floats(logSums_NT);
        ulong* dropout = RowKeysOf(input.Mask);
        Heads(input, (head, buffers) =>
        {
            LoadTransposed(key.Rows(head, input.Keys, 0), input.Keys, buffers.Keys_ES, buffers.KeyStride, buffers);
            Load(value.Rows(head, input.Keys, 0), input.Keys, 1, buffers.Values_SE, buffers.SizeStride);
            for (var first = 0; first < input.Queries; first += QueryBlock.Most)
            {
                var block = new QueryBlock(input, head, first);
                Scores(block, query, buffers);
                for (var row = 0; row < block.Rows; row++)
                    logSums[(long)head * input.Queries + first + row] = AttentionMath.Softmax(buffers.Weights_TS + row * buffers.KeyStride,
                        block.Visible(row), block.Width);
                if (dropout != null)
                {
                    block.Draw(dropout, buffers);
                    block.Drop(buffers.Weights_TS, buffers.Weights_TS, buffers);
                }
                SmallProducts.Multiply(buffers.Weights_TS, buffers.KeyStride, 1, buffers.Values_SE, buffers.SizeStride, buffers.Queries_TE,
                    buffers.SizeStride, block.GroupedRows, block.Keys, buffers.SizeStride, add: false);
                Store(buffers.Queries_TE, buffers.SizeStride, 1, context.Rows(head, input.Queries, first), block.Rows);
            }
        });
        ClearRowsBehind(context_RD, input.Sequences * input.Queries);
    }

    public override void AttendBackward(AttentionInput input, Tensor dContext_RD, Tensor logSums_NT, Tensor dQuery_RF, Tensor dKey_RF,
        Tensor dValue_RF)
    {
        var (query, key, value) = (new HeadColumns(input.Query, input), new HeadColumns(input.Key, input), new HeadColumns(input.Value, input));
        var dContext = new HeadColumns(dContext_RD, 0, input);
        var (dQuery, dKey, dValue) = (new HeadColumns(dQuery_RF, input.Query.Part, input), new HeadColumns(dKey_RF, input.Key.Part, input),
            new HeadColumns(dValue_RF, input.Value.Part, input));
        float* logSums = Floats(logSums_NT);
        ulong* dropout = RowKeysOf(input.Mask);
        Heads(input, (head, buffers) =>
        {
            var (size, keys) = (buffers.SizeStride, buffers.KeyStride);
            float* queries_TE = buffers.Queries_TE, dContext_TE = buffers.DContext_TE, dKeys_SE = buffers.DKeys_SE, dValues_SE = buffers.DValues_SE;
            float* weights_TS = buffers.Weights_TS, dWeights_TS = buffers.DWeights_TS;
            LoadTransposed(key.Rows(head, input.Keys, 0), input.Keys, buffers.Keys_ES, keys, buffers);
            LoadTransposed(value.Rows(head, input.Keys, 0), input.Keys, buffers.Values_ES, keys, buffers);
            Load(key.Rows(head, input.Keys, 0), input.Keys, 1, buffers.Keys_SE, size);
            new Span<float>(dKeys_SE, input.Keys * size).Clear();
            new Span<float>(dValues_SE, input.Keys * size).Clear();
            for (var first = 0; first < input.Queries; first += QueryBlock.Most)
            {
                var block = new QueryBlock(input, head, first);
                Scores(block, query, buffers);
                Load(dContext.Rows(head, input.Queries, first), block.Rows, 1, dContext_TE, size);
                SmallProducts.Multiply(dContext_TE, size, 1, buffers.Values_ES, keys, dWeights_TS, keys, block.GroupedRows, input.HeadSize,
                    block.Width, add: false);
                for (var row = 0; row < block.Rows; row++)
                    AttentionMath.Weights(weights_TS + row * keys, logSums[(long)head * input.Queries + first + row], block.Visible(row),
                        block.Width);
                float* dropped_TS = weights_TS;
                if (dropout != null)
                {
                    block.Draw(dropout, buffers);
                    block.Drop(weights_TS, dropped_TS = buffers.Dropped_TS, buffers);
                    block.Drop(dWeights_TS, dWeights_TS, buffers);
                }
                SmallProducts.Multiply(dropped_TS, 1, keys, dContext_TE, size, dValues_SE, size, block.GroupedKeys, block.Rows, size, add: true);
                for (var row = 0; row < block.Rows; row++)
                    AttentionMath.SoftmaxBackward(dWeights_TS + row * keys, weights_TS + row * keys, block.Width);
                SmallProducts.Multiply(dWeights_TS, 1, keys, queries_TE, size, dKeys_SE, size, block.GroupedKeys, block.Rows, size, add: true);
                SmallProducts.Multiply(dWeights_TS, keys, 1, buffers.Keys_SE, size, queries_TE, size, block.GroupedRows, block.Keys, size,
                    add: false);
                Store(queries_TE, size, input.Scale, dQuery.Rows(head, input.Queries, first), block.Rows);
            }
            // The queries were loaded with the scale: what they gave has it.
            Store(dKeys_SE, size, 1, dKey.Rows(head, input.Keys, 0), input.Keys);
            Store(dValues_SE, size, 1, dValue.Rows(head, input.Keys, 0), input.Keys);
        });
        ClearRowsBehind(dQuery_RF, input.Sequences * input.Queries);
        ClearRowsBehind(dKey_RF, input.Sequences * input.Keys);
        ClearRowsBehind(dValue_RF, input.Sequences * input.Keys);
    }

    /// <summary>Runs the body for every head of every sequence, with memory of its thread.</summary>
    private static void Heads(AttentionInput input, Action<int, HeadBuffers> body) =>
        ForBlocks((long)input.Sequences * input.Heads, input.Sequences > 8 ? input.Heads : 1, (first, end) =>
    {
        var buffers = new HeadBuffers(input);
        for (var head = first; head < end; head++) body(head, buffers);
    });

    /// <summary>Scaled scores, where the weights will stand.</summary>
    private static void Scores(QueryBlock block, HeadColumns query, HeadBuffers buffers)
    {
        var input = block.Input;
        Load(query.Rows(block.Head, input.Queries, block.First), block.Rows, input.Scale, buffers.Queries_TE, buffers.SizeStride);
        SmallProducts.Multiply(buffers.Queries_TE, buffers.SizeStride, 1, buffers.Keys_ES, buffers.KeyStride, buffers.Weights_TS, buffers.KeyStride,
            block.GroupedRows, input.HeadSize, block.Width, add: false);
    }

    /// <summary>y = (x + bias) factor, with zeros up to the rows' stride.</summary>
    private static void Load(HeadRows x, int rows, float factor, float* y, int stride)
    {
        T* from = x.First;
        var by = Lanes.Of(factor);
        for (var row = 0; row < rows; row++, from += x.Width, y += stride)
            for (var at = 0; at < stride; at += Lanes.Count)
            {
                // Where the next head's columns stand: from one row to the next is too far for the processor to guess.
                if (Sse.IsSupported) Sse.Prefetch0(from + at + x.Size);
                var value = Load(from + at, x.Size - at);
                if (x.Bias != null) value += LoadFloats(x.Bias + at, x.Size - at);
                StoreFloats(value * by, y + at, stride - at);
            }
    }

    /// <summary>Rows become columns, with zeros up to the stride.</summary>
    private static void LoadTransposed(HeadRows x, int rows, float* y, int stride, HeadBuffers buffers)
    {
        const int AtOnce = 4;
        float* line0 = buffers.Lines, line1 = line0 + buffers.SizeStride, line2 = line1 + buffers.SizeStride, line3 = line2 + buffers.SizeStride;
        for (var row = 0; row < stride; row += AtOnce)
        {
            var there = Math.Clamp(rows - row, 0, AtOnce);
            if (there < AtOnce) new Span<float>(line0, AtOnce * buffers.SizeStride).Clear();
            Load(x.Skip(row), there, 1, line0, buffers.SizeStride);
            for (var at = 0; at < x.Size; at++) Vector128.Create(line0[at], line1[at], line2[at], line3[at]).Store(y + at * stride + row);
        }
    }

    private static void Store(float* x, int stride, float factor, HeadRows y, int rows)
    {
        T* to = y.First;
        var by = Lanes.Of(factor);
        for (var row = 0; row < rows; row++, x += stride, to += y.Width)
            for (var at = 0; at < y.Size; at += Lanes.Count) Store(LoadFloats(x + at, stride - at) * by, to + at, y.Size - at);
    }

    /// <summary>Some of a head's columns.</summary>
    private readonly struct HeadRows(T* first, float* bias, int width, int size)
    {
        public T* First => first;

        /// <summary>Null: 0.</summary>
        public float* Bias => bias;

        /// <summary>From row to row.</summary>
        public int Width => width;

        public int Size => size;

        public HeadRows Skip(int rows) => new(first + (long)rows * width, bias, width, size);
    }

    /// <summary>The columns of all heads in the rows of a projection.</summary>
    private readonly struct HeadColumns(Tensor x_RF, int part, AttentionInput input)
    {
        private readonly T* _first = Pointer(x_RF) + part * input.Heads * input.HeadSize;
        private readonly float* _bias = null;
        private readonly int _width = (int)x_RF.size(1), _heads = input.Heads, _size = input.HeadSize;

        public HeadColumns(Projected x, AttentionInput input)
            : this(x.Rows_RF, x.Part, input) => _bias = Floats(x.Bias_F) + x.Part * input.Heads * input.HeadSize;

        /// <param name="head">Of all sequences' heads.</param>
        /// <param name="length">Rows of a sequence.</param>
        public HeadRows Rows(int head, int length, int row)
        {
            var column = head % _heads * _size;
            var first = _first + ((long)(head / _heads) * length + row) * _width + column;
            return new HeadRows(first, _bias == null ? null : _bias + column, _width, _size);
        }
    }
}
