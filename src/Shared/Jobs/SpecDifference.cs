using System.Text.Json.Nodes;

namespace DistTrain.Shared.Jobs;

/// <summary>
/// A key to which two specifications give different values. The order of keys, comments and defaults that are written out make no difference.
/// </summary>
/// <param name="Path">The key, such as <c>phases[0].steps</c>; of a phase that only one of them has, <c>phases[1]</c>.</param>
/// <param name="Before">Its value, or the phase's name; null when it is not there.</param>
/// <param name="After">Likewise.</param>
public sealed record SpecDifference(string Path, string? Before, string? After)
{
    /// <summary>Such as <c>phases[0].steps 6000 -> 3</c>.</summary>
    public override string ToString() => Readable.Line($"{Path} {Before ?? "none"} -> {After ?? "none"}");

    /// <returns>In the order of the file's keys; none when both say the same.</returns>
    public static IReadOnlyList<SpecDifference> Between(JobSpec before, JobSpec after)
    {
        var (old, now) = (Values(before), Values(after));
        return
        [
            .. old.Keys.Union(now.Keys)
                .Select(path => new SpecDifference(path, old.GetValueOrDefault(path), now.GetValueOrDefault(path)))
                .Where(difference => difference.Before != difference.After),
            .. Enumerable.Range(0, Math.Max(before.Phases.Count, after.Phases.Count)).Skip(Math.Min(before.Phases.Count, after.Phases.Count))
                .Select(index =>
                    new SpecDifference($"phases[{index}]", before.Phases.ElementAtOrDefault(index)?.Name,
                        after.Phases.ElementAtOrDefault(index)?.Name)),
        ];

        // Phases that only one of them has are told by name.
        Dictionary<string, string> Values(JobSpec spec) =>
            Leaves("",
                JsonNode.Parse(JobSpecWriter.ToJson(spec with { Phases = [.. spec.Phases.Take(Math.Min(before.Phases.Count, after.Phases.Count))] })))
                    .ToDictionary();
    }

    private static IEnumerable<(string Path, string Value)> Leaves(string path, JsonNode? node) => node switch
    {
        JsonObject keys => keys.SelectMany(key => Leaves(path.Length == 0 ? key.Key : $"{path}.{key.Key}", key.Value)),
        JsonArray items => items.SelectMany((item, index) => Leaves($"{path}[{index}]", item)),
        _ => [(path, node?.ToString() ?? "null")],
    };
}
