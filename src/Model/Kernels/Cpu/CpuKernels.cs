using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DistTrain.Model.Kernels.Simd;
using static TorchSharp.torch;

namespace DistTrain.Model.Kernels.Cpu;

/// <summary>The kernels in vector instructions, shared out among the threads of torch's operators.</summary>
internal sealed unsafe partial class CpuKernels<T, TElement>(ScalarType type) : TrainingKernels where T : unmanaged where TElement : IElement<T>
{
    /// <summary>Elements of a block, about: enough that handing it to a thread costs little.</summary>
    private const int BlockLength = 16384;

    public override ScalarType Type => type;

    public override Device Device => CPU;

    public override void Convert(Tensor source, Tensor target)
    {
        float* from = Floats(source);
        T* to = Pointer(target);
        ForBlocks(source.numel(), BlockLength, (first, end) => Convert(from, to, first, end));
    }

    public override void AddTo(Tensor source, Tensor target)
    {
        T* from = Pointer(source);
        float* to = Floats(target);
        ForBlocks(source.numel(), BlockLength, (first, end) =>
        {
            T* x = from;
            float* sum = to;
            for (var at = first; at < end; at += Lanes.Count)
                StoreFloats(LoadFloats(sum + at, end - at) + Load(x + at, end - at), sum + at, end - at);
        });
    }

    public override void AddRowsTo(Tensor x_RF, Tensor sum_W, int first)
    {
        var (rows, width) = Shape(x_RF);
        T* from = Pointer(x_RF) + first;
        float* to = Floats(sum_W);
        ForBlocks(sum_W.numel(), Lanes.Count, (column, end) =>
        {
            var (sum, left) = (default(Lanes), end - column);
            T* x = from + column;
            for (var row = 0; row < rows; row++, x += width) sum += Load(x, left);
            StoreFloats(LoadFloats(to + column, left) + sum, to + column, left);
        });
    }

    public override void GatherRows(Tensor x_RD, Tensor rows_L, Tensor y_LD)
    {
        var (count, width) = ((int)rows_L.numel(), Shape(x_RD).Width);
        T* x = Pointer(x_RD), y = Pointer(y_LD);
        long* rows = (long*)Address(rows_L);
        ForRows(count, width, (first, end) =>
        {
            for (var row = first; row < end; row++) Row(x, rows[row], width).CopyTo(Row(y, row, width));
        });
        ClearRowsBehind(y_LD, count);
    }

    public override void ScatterRows(Tensor x_LD, Tensor rows_L, Tensor y_RD)
    {
        var (count, width) = ((int)rows_L.numel(), Shape(y_RD).Width);
        T* x = Pointer(x_LD), y = Pointer(y_RD);
        long* rows = (long*)Address(rows_L);
        ForRows(count, width, (first, end) =>
        {
            for (var row = first; row < end; row++) Row(x, row, width).CopyTo(Row(y, rows[row], width));
        });
    }

    private static void Convert(float* x, T* y, int first, int end)
    {
        for (var at = first; at < end; at += Lanes.Count) Store(LoadFloats(x + at, end - at), y + at, end - at);
    }

    private static Span<T> Row(T* x, long row, int width) => new(x + row * width, width);

    /// <summary>Ranges [first, end) of a flat tensor, in blocks.</summary>
    private static void ForBlocks(long length, int blockLength, Action<int, int> body) => Team.Run(Quotient(length, blockLength), block =>
        body(block * blockLength, (int)Math.Min((block + 1L) * blockLength, length)));

    /// <summary>Ranges [first, end) of rows, in blocks.</summary>
    private static void ForRows(int rows, int width, Action<int, int> body) => ForBlocks(rows, Math.Max(1, BlockLength / width), body);

    private static int Quotient(long length, int blockLength) => (int)((length + blockLength - 1) / blockLength);

    /// <summary>Rows, and the width of the last dimension.</summary>
    private static (int Rows, int Width) Shape(Tensor x)
    {
        var width = x.size(-1);
        return ((int)(x.numel() / width), (int)width);
    }

    /// <summary>Rows that round a product's size up: they belong to no sequence, and must add nothing to gradients.</summary>
    private static void ClearRowsBehind(Tensor x_RF, int rows)
    {
        var (all, width) = Shape(x_RF);
        new Span<T>(Pointer(x_RF) + (long)rows * width, (all - rows) * width).Clear();
    }

    private static T* Pointer(Tensor x) => (T*)Address(x);

    private static float* Floats(Tensor x) => (float*)Address(x);

    // A tensor's memory does not move, and lives as long as the caller's tensor.
    private static void* Address(Tensor x) => Unsafe.AsPointer(ref MemoryMarshal.GetReference(x.bytes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes Load(T* first, int left) => left >= Lanes.Count ? TElement.Load(first) : TElement.LoadFirst(first, left);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Lanes value, T* first, int left)
    {
        if (left >= Lanes.Count) TElement.Store(value, first);
        else TElement.StoreFirst(value, first, left);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes LoadFloats(float* first, int left) => left >= Lanes.Count ? FloatElement.Load(first) : FloatElement.LoadFirst(first, left);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreFloats(Lanes value, float* first, int left)
    {
        if (left >= Lanes.Count) FloatElement.Store(value, first);
        else FloatElement.StoreFirst(value, first, left);
    }
}
