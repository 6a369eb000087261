namespace DistTrain.Shared.Metrics;

/// <summary>Counts from which TER is computed. They add up over sentences.</summary>
/// <param name="Edits">Insertions, deletions, substitutions and shifts towards the reference that needs the fewest.</param>
/// <param name="ReferenceLength">In words, the mean over the references.</param>
public readonly record struct TerStatistics(double Edits, double ReferenceLength)
{
    public static TerStatistics operator +(TerStatistics left, TerStatistics right) => Add(left, right);

    public static TerStatistics Add(TerStatistics left, TerStatistics right) =>
        new(left.Edits + right.Edits, left.ReferenceLength + right.ReferenceLength);

    /// <summary>
    /// Edits for each 100 words of reference: 0 for equal texts, lower is better, and above 100 where there is more to edit than to keep.
    /// </summary>
    public double Score() => 100 * (ReferenceLength > 0 ? Edits / ReferenceLength : Edits > 0 ? 1 : 0);
}
