using System.Collections.Immutable;

namespace DistTrain.Shared.Jobs;

/// <summary>Holds texts by name and equals another with equal content, so that records holding it compare by value.</summary>
internal sealed class ValueMap(ImmutableSortedDictionary<string, string> items) : IEquatable<ValueMap>
{
    public ImmutableSortedDictionary<string, string> Items => items;

    public bool Equals(ValueMap? other) => other is not null && items.SequenceEqual(other.Items);

    public override bool Equals(object? obj) => Equals(obj as ValueMap);

    public override int GetHashCode() => items.Aggregate(items.Count, (hash, item) => HashCode.Combine(hash, item.Key, item.Value));
}
