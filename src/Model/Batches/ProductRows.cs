using System.Numerics;

namespace DistTrain.Model.Batches;

/// <summary>How many rows the matrices of a pass have: few different numbers, although no two batches of real sentences are of one size.</summary>
internal static class ProductRows
{
    /// <summary>Steps from one power of two to the next but one: at most so small a part is added.</summary>
    private const int StepsOfAPower = 32;

    private const int LeastStep = 16;

    /// <summary>
    /// The next of few sizes. oneDNN prepares a product for its sizes and keeps what it prepared for a thousand of them; batches of real sentences
    /// never have the same number of rows, and for small products preparing takes longer than multiplying.
    /// </summary>
    public static int Rounded(int rows)
    {
        var step = Math.Max(LeastStep, (int)BitOperations.RoundUpToPowerOf2((uint)rows) / StepsOfAPower);
        return (rows + step - 1) / step * step;
    }
}
