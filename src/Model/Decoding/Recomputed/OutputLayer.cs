using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using DistTrain.Model.Kernels.Cpu;
using TorchSharp;

namespace DistTrain.Model.Decoding.Recomputed;

/// <summary>
/// The output projection of a search, which wants the logits of few rows at a time, again and again with the same matrix: that is copied once
/// into the order in which the product reads it. On a CPU about twice as fast as torch's product, which puts it in order at every call.
/// </summary>
internal sealed unsafe class OutputLayer : IDisposable
{
    private const int RowsTogether = 4;

    /// <summary>Logits kept at once, about: they should not leave the processor's cache before they are used.</summary>
    private const int Room = 1 << 21;

    /// <summary>Tokens whose logits are computed together: as many as the registers hold.</summary>
    private static readonly int PanelWidth = Vector512.IsHardwareAccelerated ? FourVectors.Width : OneVector.Width;

    private readonly int _vocabulary, _width, _panels;

    /// <summary>For each panel of the vocabulary, for each input, the panel's weights. The last panel is filled up with zeros.</summary>
    private readonly float* _weights;

    /// <summary>Rows as wide as all panels.</summary>
    private readonly float* _logits;

    public OutputLayer(torch.Tensor weight_VD)
    {
        (_vocabulary, _width) = ((int)weight_VD.shape[0], (int)weight_VD.shape[1]);
        _panels = (_vocabulary + PanelWidth - 1) / PanelWidth;
        MostRows = Math.Max(RowsTogether, Room / _vocabulary);
        _weights = Allocate((nuint)_panels * (nuint)PanelWidth * (nuint)_width);
        _logits = Allocate((nuint)MostRows * (nuint)(_panels * PanelWidth));
        var from = Address(weight_VD);
        Team.Run(_panels, panel => Pack(from, panel));
    }

    /// <summary>Rows that <see cref="Project"/> takes at once.</summary>
    public int MostRows { get; }

    /// <summary>Computes the logits of some rows.</summary>
    /// <param name="x_RD">Contiguous; at most <see cref="MostRows"/>.</param>
    public void Project(torch.Tensor x_RD)
    {
        var x = Address(x_RD);
        var rows = (int)x_RD.shape[0];
        Team.Run(_panels, panel =>
        {
            for (var row = 0; row < rows; row += RowsTogether)
                if (Vector512.IsHardwareAccelerated) Multiply<FourVectors>(x, rows, row, panel);
                else Multiply<OneVector>(x, rows, row, panel);
        });
    }

    /// <summary>Of one row of the last <see cref="Project"/>, over the vocabulary.</summary>
    public Span<float> Logits(int row) => new(Row(row), _vocabulary);

    public void Dispose()
    {
        NativeMemory.AlignedFree(_weights);
        NativeMemory.AlignedFree(_logits);
    }

    private void Pack(float* from, int panel)
    {
        var to = _weights + (long)panel * PanelWidth * _width;
        for (var column = 0; column < PanelWidth; column++)
        {
            var token = panel * PanelWidth + column;
            for (var input = 0; input < _width; input++)
                to[input * PanelWidth + column] = token < _vocabulary ? from[(long)token * _width + input] : 0;
        }
    }

    private void Multiply<TVectors>(float* x, int rows, int row, int panel) where TVectors : struct, IVectors<TVectors>
    {
        // Where fewer rows are left, the last is computed again.
        var (row1, row2, row3) = (Math.Min(row + 1, rows - 1), Math.Min(row + 2, rows - 1), Math.Min(row + 3, rows - 1));
        float* x0 = x + (long)row * _width, x1 = x + (long)row1 * _width, x2 = x + (long)row2 * _width, x3 = x + (long)row3 * _width;
        TVectors sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        var weight = _weights + (long)panel * PanelWidth * _width;
        for (var input = 0; input < _width; input++, weight += TVectors.Width)
        {
            var factors = TVectors.Load(weight);
            sum0.Add(x0[input], factors);
            sum1.Add(x1[input], factors);
            sum2.Add(x2[input], factors);
            sum3.Add(x3[input], factors);
        }
        var at = panel * PanelWidth;
        sum0.Store(Row(row) + at);
        sum1.Store(Row(row1) + at);
        sum2.Store(Row(row2) + at);
        sum3.Store(Row(row3) + at);
    }

    private float* Row(int row) => _logits + (long)row * _panels * PanelWidth;

    private static float* Allocate(nuint count) => (float*)NativeMemory.AlignedAlloc(count * sizeof(float), 64);

    // A tensor's memory does not move, and lives as long as the caller's tensor.
    private static float* Address(torch.Tensor x) => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(x.bytes));
}
