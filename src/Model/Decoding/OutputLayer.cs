using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using DistTrain.Model.Kernels;
using TorchSharp;

namespace DistTrain.Model.Decoding;

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

    private readonly int vocabulary, width, panels;

    /// <summary>For each panel of the vocabulary, for each input, the panel's weights. The last panel is filled up with zeros.</summary>
    private readonly float* weights;

    /// <summary>Rows as wide as all panels.</summary>
    private readonly float* logits;

    public OutputLayer(torch.Tensor weight_VD)
    {
        (vocabulary, width) = ((int)weight_VD.shape[0], (int)weight_VD.shape[1]);
        panels = (vocabulary + PanelWidth - 1) / PanelWidth;
        MostRows = Math.Max(RowsTogether, Room / vocabulary);
        weights = Allocate((nuint)panels * (nuint)PanelWidth * (nuint)width);
        logits = Allocate((nuint)MostRows * (nuint)(panels * PanelWidth));
        var from = Address(weight_VD);
        Team.Run(panels, panel => Pack(from, panel));
    }

    /// <summary>Rows that <see cref="Project"/> takes at once.</summary>
    public int MostRows { get; }

    /// <summary>Computes the logits of some rows.</summary>
    /// <param name="x_RD">Contiguous; at most <see cref="MostRows"/>.</param>
    public void Project(torch.Tensor x_RD)
    {
        var x = Address(x_RD);
        var rows = (int)x_RD.shape[0];
        Team.Run(panels, panel =>
        {
            for (var row = 0; row < rows; row += RowsTogether)
                if (Vector512.IsHardwareAccelerated) Multiply<FourVectors>(x, rows, row, panel);
                else Multiply<OneVector>(x, rows, row, panel);
        });
    }

    /// <summary>Of one row of the last <see cref="Project"/>, over the vocabulary.</summary>
    public Span<float> Logits(int row) => new(Row(row), vocabulary);

    public void Dispose()
    {
        NativeMemory.AlignedFree(weights);
        NativeMemory.AlignedFree(logits);
    }

    private void Pack(float* from, int panel)
    {
        var to = weights + (long)panel * PanelWidth * width;
        for (var column = 0; column < PanelWidth; column++)
        {
            var token = panel * PanelWidth + column;
            for (var input = 0; input < width; input++) to[input * PanelWidth + column] = token < vocabulary ? from[(long)token * width + input] : 0;
        }
    }

    private void Multiply<TVectors>(float* x, int rows, int row, int panel) where TVectors : struct, IVectors<TVectors>
    {
        // Where fewer rows are left, the last is computed again.
        var (row1, row2, row3) = (Math.Min(row + 1, rows - 1), Math.Min(row + 2, rows - 1), Math.Min(row + 3, rows - 1));
        float* x0 = x + (long)row * width, x1 = x + (long)row1 * width, x2 = x + (long)row2 * width, x3 = x + (long)row3 * width;
        TVectors sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        var weight = weights + (long)panel * PanelWidth * width;
        for (var input = 0; input < width; input++, weight += TVectors.Width)
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

    private float* Row(int row) => logits + (long)row * panels * PanelWidth;

    private static float* Allocate(nuint count) => (float*)NativeMemory.AlignedAlloc(count * sizeof(float), 64);

    // A tensor's memory does not move, and lives as long as the caller's tensor.
    private static float* Address(torch.Tensor x) => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(x.bytes));
}
