using System.Runtime.CompilerServices;
using DistTrain.Model.Kernels.Simd;

namespace DistTrain.Model.Decoding.Packed;

/// <summary>Products in float32, of weights in float32 or in bfloat16, which take half the memory's time.</summary>
internal sealed unsafe class FloatMatrix<T, TWeight> : Matrix where T : struct, IFloats<T> where TWeight : unmanaged
{
    /// <summary>Inputs after which sums are stored and the next outputs' turn comes: their weights stay in the nearest cache for all rows.</summary>
    private const int StepsAtOnce = 128;

    private readonly NativeBuffer _weights = new();

    public FloatMatrix(Linear linear) : base(linear, FloatKernel<T, TWeight>.Width)
    {
        var to = (TWeight*)_weights.Bytes((long)Panels * PanelWidth * Inputs * sizeof(TWeight));
        for (var panel = 0; panel < Panels; panel++, to += (long)PanelWidth * Inputs)
            Pack(linear.Weights + (long)panel * PanelWidth * Inputs, Math.Min(PanelWidth, Outputs - panel * PanelWidth), to);
    }

    public override Inputs Prepare(float* x, nint stride, int rows, bool isPositive, Workspace workspace) => new(x, stride, rows);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void MultiplyPanels(in Inputs x, int first, int count, float* y, nint yRow, bool add, bool relu)
    {
        var panels = (TWeight*)_weights.Floats;
        for (var panel = first; panel < first + count; panel++, y += PanelWidth)
            for (var step = 0; step < Inputs; step += StepsAtOnce)
            {
                var steps = Math.Min(StepsAtOnce, Inputs - step);
                var isLast = step + steps == Inputs;
                FloatKernel<T, TWeight>.Multiply(x.Values + step, x.Stride, panels + ((long)panel * Inputs + step) * PanelWidth, steps,
                    y, yRow, x.Rows, add || step > 0, isLast ? Bias(panel) : null, isLast && relu);
            }
    }

    public override void Dispose()
    {
        base.Dispose();
        _weights.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Pack(float* from, int columns, TWeight* to)
    {
        for (nint input = 0; input < Inputs; input++, to += PanelWidth)
            for (nint column = 0; column < columns; column++) to[column] = Rounded(from[column * Inputs + input]);
    }

    private static TWeight Rounded(float value) => typeof(TWeight) == typeof(float) ? (TWeight)(object)value : (TWeight)(object)(BFloat16)value;
}
