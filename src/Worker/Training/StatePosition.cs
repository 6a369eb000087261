using System.Globalization;

namespace DistTrain.Worker.Training;

/// <summary>Where a state stands in its phase: what it is beside its vectors.</summary>
/// <param name="Step">Steps that are done.</param>
/// <param name="Settled">The newest step after which all that was due is done, such as a validation; -1 at the phase's start.</param>
/// <param name="OptimizerSteps">Updates that Adam has made.</param>
/// <param name="SkippedInARow">Steps in a row, up to the last, that were skipped.</param>
/// <param name="Loss">Of the last step; not a number before the first.</param>
/// <param name="BestScore">The phase's best validation; null before the first.</param>
/// <param name="WithoutBetter">Validations in a row since then.</param>
internal readonly record struct StatePosition(
    long Step, long Settled, long OptimizerSteps, int SkippedInARow, double Loss, double? BestScore, int WithoutBetter)
{
    /// <summary>Before anything is done.</summary>
    public static StatePosition AtPhaseStart { get; } = new(0, -1, 0, 0, double.NaN, null, 0);

    private const int HashDigits = 32, DigitsOfNumber = 8;

    /// <summary>The position and a hash of the vectors as numbers that a sum with zeros leaves as they are.</summary>
    /// <param name="hash">32 hexadecimal digits.</param>
    public double[] ToNumbers(string hash) =>
        [Step, Settled, OptimizerSteps, SkippedInARow, Loss, BestScore is null ? 0 : 1, BestScore ?? 0, WithoutBetter, .. Numbers(hash)];

    /// <summary>The position that <see cref="ToNumbers"/> was made of.</summary>
    public static StatePosition Of(ReadOnlySpan<double> numbers) => new((long)numbers[0], (long)numbers[1], (long)numbers[2], (int)numbers[3],
        numbers[4], numbers[5] == 0 ? null : numbers[6], (int)numbers[7]);

    // A double holds 32 bits exactly.
    private static IEnumerable<double> Numbers(string hash) => Enumerable.Range(0, HashDigits / DigitsOfNumber).Select(part =>
        (double)uint.Parse(hash.AsSpan(part * DigitsOfNumber, DigitsOfNumber), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
}
