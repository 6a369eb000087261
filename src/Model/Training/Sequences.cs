using DistTrain.Model.Kernels;

namespace DistTrain.Model.Training;

/// <summary>Padded sequences of a batch: position t of sequence b is row b <paramref name="Length"/> + t. Rows behind the last round a product's size
/// up.</summary>
/// <param name="Visible">What attention sees of them.</param>
internal readonly record struct Sequences(int Count, int Length, KeyVisibility Visible)
{
    /// <summary>Of a power of two: at most so much is added.</summary>
    private const int Share = 32;

    private const int LeastStep = 16;

    /// <summary>
    /// The next of few sizes. oneDNN prepares a product for its sizes and keeps what it prepared for a thousand of them; batches of real sentences
    /// never have the same number of rows, and for small products preparing takes longer than multiplying.
    /// </summary>
    public static int RoundedRows(int rows)
    {
        var step = Math.Max(LeastStep, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)rows) / Share);
        return (rows + step - 1) / step * step;
    }
}
