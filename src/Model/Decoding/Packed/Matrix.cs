namespace DistTrain.Model.Decoding.Packed;

/// <summary>Where a linear map's weights lie in the model: a row for each output.</summary>
/// <param name="bias">Null: there is none.</param>
internal readonly unsafe struct Linear(float* weights, float* bias, int outputs, int inputs)
{
    public readonly float* Weights = weights, Bias = bias;
    public readonly int Outputs = outputs, Inputs = inputs;

    /// <summary>Some of the outputs.</summary>
    public Linear Rows(int first, int count) => new(Weights + (long)first * Inputs, Bias == null ? null : Bias + first, count, Inputs);
}

/// <summary>Rows as a matrix multiplies them: as they are, or as bytes with a scale for each row.</summary>
internal readonly unsafe struct Inputs(float* values, nint stride, int rows, byte* bytes = null, nint byteStride = 0, float* scales = null,
    bool isOffset = false)
{
    public readonly float* Values = values, Scales = scales;
    public readonly byte* Bytes = bytes;
    public readonly nint Stride = stride, ByteStride = byteStride;
    public readonly int Rows = rows;

    /// <summary>Whether the bytes stand for values of either sign: see <see cref="ByteRow"/>.</summary>
    public readonly bool IsOffset = isOffset;
}

/// <summary>
/// A linear map whose weights were copied into the order in which the product reads them: in panels of neighbouring outputs, the last filled up with
/// zeros.
/// </summary>
internal abstract unsafe class Matrix : IDisposable
{
    private readonly NativeBuffer _bias = new();

    /// <param name="panelWidth">Outputs of a panel.</param>
    protected Matrix(Linear linear, int panelWidth)
    {
        (Inputs, Outputs, PanelWidth) = (linear.Inputs, linear.Outputs, panelWidth);
        Panels = (linear.Outputs + panelWidth - 1) / panelWidth;
        if (linear.Bias != null)
            new ReadOnlySpan<float>(linear.Bias, Outputs).CopyTo(new Span<float>(_bias.Room((long)Panels * panelWidth), Outputs));
    }

    public int Inputs { get; }

    public int Outputs { get; }

    public int PanelWidth { get; }

    public int Panels { get; }

    /// <summary>Values from one row of activations to the next: of whole panels of every kind of matrix.</summary>
    public static nint Stride(int width) => (width + 63) / 64 * 64;

    /// <summary>y = x W^T + bias, or added to y.</summary>
    /// <param name="relu">Negative outputs become 0.</param>
    /// <param name="isPositive">x has no negative value.</param>
    public void Multiply(float* x, int rows, float* y, Workspace workspace, bool add = false, bool relu = false, bool isPositive = false) =>
        MultiplyPanels(Prepare(x, Stride(Inputs), rows, isPositive, workspace), 0, Panels, y, Stride(Outputs), add, relu);

    /// <summary>Rows for <see cref="MultiplyPanels"/>, in memory of the workspace: valid until the next are prepared.</summary>
    public abstract Inputs Prepare(float* x, nint stride, int rows, bool isPositive, Workspace workspace);

    /// <summary>The outputs of some panels, whole ones, from column 0 of y on.</summary>
    public abstract void MultiplyPanels(in Inputs x, int first, int count, float* y, nint yRow, bool add, bool relu);

    public virtual void Dispose() => _bias.Dispose();

    /// <summary>Null: there is none.</summary>
    protected float* Bias(int panel) => _bias.Floats == null ? null : _bias.Floats + (long)panel * PanelWidth;
}
