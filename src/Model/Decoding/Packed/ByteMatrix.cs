using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DistTrain.Model.Decoding.Packed;

/// <summary>Products of bytes, exact, of activations and weights that were rounded to them: see <see cref="ByteRow"/>.</summary>
internal sealed unsafe class ByteMatrix<T> : Matrix where T : struct, IBytes<T>
{
    private const int Part = 8;

    private readonly NativeBuffer _weights = new(), _scales = new(), _zeros = new();
    private readonly int _steps;

    public ByteMatrix(Linear linear) : base(linear, T.Count)
    {
        _steps = (Inputs + ByteKernel.Group - 1) / ByteKernel.Group * ByteKernel.Group;
        var to = (sbyte*)_weights.Bytes((long)Panels * T.Count * _steps);
        var scale = _scales.Room((long)Panels * T.Count);
        var zero = (int*)_zeros.Room((long)Panels * T.Count);
        var bytes = new sbyte[Inputs];
        for (var output = 0; output < Outputs; output++)
        {
            scale[output] = ByteRow.Weights(new ReadOnlySpan<float>(linear.Weights + (long)output * Inputs, Inputs), bytes);
            var column = to + (long)(output / T.Count) * T.Count * _steps + output % T.Count * 4;
            for (var input = 0; input < Inputs; input++)
            {
                column[(long)(input / 4) * 4 * T.Count + input % 4] = bytes[input];
                zero[output] += ByteRow.Zero * bytes[input];
            }
        }
    }

    public override Inputs Prepare(float* x, nint stride, int rows, bool isPositive, Workspace workspace)
    {
        var byteStride = ByteRow.Stride(Inputs);
        var bytes = workspace.Bytes.Bytes((long)rows * byteStride);
        var scale = workspace.Scales.Room(rows);
        for (var row = 0; row < rows; row++) scale[row] = ByteRow.Activations(x + row * stride, Inputs, bytes + (long)row * byteStride, isPositive);
        return new(x, stride, rows, bytes, byteStride, scale, !isPositive);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void MultiplyPanels(in Inputs x, int first, int count, float* y, nint yRow, bool add, bool relu)
    {
        var sums = stackalloc int[ByteKernel.Rows * T.Count];
        var panels = (sbyte*)_weights.Floats;
        for (var panel = first; panel < first + count; panel++, y += T.Count)
            for (var row = 0; row < x.Rows; row += ByteKernel.Rows)
            {
                var rows = Math.Min(ByteKernel.Rows, x.Rows - row);
                ByteKernel.Tile<T>(x.Bytes + row * x.ByteStride, x.ByteStride, panels + (long)panel * T.Count * _steps, _steps, rows, sums);
                for (var part = 0; part < T.Count; part += Part) End(sums + part, rows, x, row, panel, part, y + row * yRow + part, yRow, add, relu);
            }
    }

    public override void Dispose()
    {
        base.Dispose();
        _weights.Dispose();
        _scales.Dispose();
        _zeros.Dispose();
    }

    /// <summary>Turns sums of bytes into outputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void End(int* sums, int rows, in Inputs x, int row, int panel, int part, float* y, nint yRow, bool add, bool relu)
    {
        var place = (long)panel * T.Count + part;
        var scale = Vector256.Load(_scales.Floats + place);
        var zero = x.IsOffset ? Vector256.Load((int*)_zeros.Floats + place) : Vector256<int>.Zero;
        var bias = Bias(panel) == null ? Vector256<float>.Zero : Vector256.Load(Bias(panel) + part);
        for (var at = 0; at < rows; at++, y += yRow)
        {
            var output = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(Vector256.Load(sums + at * T.Count) - zero),
                scale * Vector256.Create(x.Scales[row + at]), bias);
            if (add) output += Vector256.Load(y);
            if (relu) output = Vector256.Max(output, Vector256<float>.Zero);
            output.Store(y);
        }
    }
}
