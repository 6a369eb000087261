using DistTrain.Model.Objectives;
using DistTrain.Shared.Datasets;

namespace DistTrain.Worker.Collectives;

/// <summary>What one pass over a batch adds up to, over the whole ring, and what members wish for on that occasion.</summary>
/// <param name="Loss">Summed loss.</param>
/// <param name="Units">What the loss is divided by for a mean.</param>
/// <param name="Metrics">Means per unit, by name.</param>
/// <param name="OutOfMemory">Ranks of the members whose sums are missing, for want of memory.</param>
/// <param name="Wishes">Each member's, by rank: all members see the same and so do the same.</param>
internal sealed record StepTotals(
    double Loss, double Units, IReadOnlyDictionary<string, double> Metrics, IReadOnlyList<int> OutOfMemory, IReadOnlyList<StepWish> Wishes)
{
    /// <summary>Of all that the members computed: what was trained, beside what was to be.</summary>
    public ExampleDigest Examples { get; private init; }

    // A slot of its own for each member, in which the want of memory is one more flag.
    private const int WantsMemory = 1 << 16;

    /// <summary>Loss per unit.</summary>
    public double MeanLoss => Loss / Units;

    /// <summary>Adds up the members' sums; every member must call it.</summary>
    /// <param name="own">Null when this member had too little memory for its part.</param>
    /// <param name="wish">What this member wishes for after the step.</param>
    /// <param name="examples">What this member computed; none where nobody asks, as in a validation.</param>
    public static StepTotals Of(IAllReduce ring, ObjectiveSums? own, IReadOnlyList<string> metricNames, StepWish wish = StepWish.None,
        ExampleDigest examples = default)
    {
        var slots = new double[ring.Size];
        slots[ring.Rank] = (int)wish | (own is null ? WantsMemory : 0);
        own ??= ObjectiveSums.Zero(metricNames.Count);
        // Whole numbers, each of a member below 2^32: the doubles add them up exactly, in any order.
        double[] sums = [own.Loss, own.Units, .. own.Metrics, examples.Count, examples.Sum, .. slots];
        ring.Sum(sums);
        var means = metricNames.Select((name, i) => (name, mean: sums[i + 2] / sums[1])).ToDictionary(metric => metric.name, metric => metric.mean);
        int[] flags = [.. sums[^ring.Size..].Select(slot => (int)slot)];
        return new StepTotals(sums[0], sums[1], means, [.. Enumerable.Range(0, ring.Size).Where(rank => (flags[rank] & WantsMemory) != 0)],
            [.. flags.Select(flag => (StepWish)(flag & ~WantsMemory))])
        {
            Examples = ExampleDigest.OfSums(sums[2 + metricNames.Count], sums[3 + metricNames.Count]),
        };
    }
}

/// <summary>What a member wishes all members to do after the step that is under way.</summary>
[Flags]
internal enum StepWish
{
    None = 0,

    /// <summary>To train no further in this generation.</summary>
    Stop = 1,

    /// <summary>To write a checkpoint.</summary>
    Checkpoint = 2,

    /// <summary>The member leaves: its process is about to end.</summary>
    Leave = 4,
}
