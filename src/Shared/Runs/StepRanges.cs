using System.Collections.Immutable;

namespace DistTrain.Shared.Runs;

/// <summary>A set of a phase's steps, kept as ranges: nearly always one, from the first step on.</summary>
public sealed record StepRanges
{
    public static StepRanges Empty { get; } = new();

    /// <summary>In order, with gaps between them.</summary>
    private ImmutableList<(long From, long To)> Ranges { get; init; } = [];

    /// <summary>Up to which step it has every one; 0 when it lacks the first.</summary>
    public long Whole => Ranges is [(1, var to), ..] ? to : 0;

    /// <summary>The highest step; 0 when it has none.</summary>
    public long Last => Ranges is [.., (_, var to)] ? to : 0;

    /// <summary>What it has, in order.</summary>
    public IReadOnlyList<(long From, long To)> All => Ranges;

    /// <summary>What it lacks of the steps from 1 up to one, in order.</summary>
    public IEnumerable<(long From, long To)> Gaps(long step) => Ranges.Select(range => range.From).Append(step + 1)
        .Zip(Ranges.Select(range => range.To).Prepend(0), (next, last) => (From: last + 1, To: Math.Min(next - 1, step)))
        .Where(gap => gap.From <= gap.To);

    public bool Holds(long step) => Ranges.Exists(range => range.From <= step && step <= range.To);

    public StepRanges With(long from, long to)
    {
        var apart = Ranges.Where(range => range.To < from - 1 || range.From > to + 1).ToList();
        foreach (var (nearFrom, nearTo) in Ranges.Except(apart)) (from, to) = (Math.Min(from, nearFrom), Math.Max(to, nearTo));
        return new() { Ranges = [.. apart.Append((from, to)).Order()] };
    }

    /// <summary>Without the steps after one.</summary>
    public StepRanges UpTo(long step) =>
        new() { Ranges = [.. Ranges.Where(range => range.From <= step).Select(range => (range.From, Math.Min(range.To, step)))] };
}
