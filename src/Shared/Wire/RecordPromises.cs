using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using DistTrain.Shared.Network;
using DistTrain.Shared.Protocol;

namespace DistTrain.Shared.Wire;

/// <summary>
/// Whether a decoded record keeps what its type promises: nothing is null that is not declared so, ids are ids, counts are not negative,
/// enumerations have a name, lists have an end. The serializer asks before anyone sees the record, so nobody else has to.
/// </summary>
public static class RecordPromises
{
    private static readonly ConcurrentDictionary<Type, Property[]> Known = new();

    /// <summary>What is wrong, as the end of a sentence that begins with the message; null when nothing is.</summary>
    /// <param name="isStored">It comes from the journal: what was stored is read, however long its texts and maps are.</param>
    public static string? Broken(object record, bool isStored = false) =>
        Known.GetOrAdd(record.GetType(), PropertiesOf).Select(property => Broken(record, property, isStored))
        .FirstOrDefault(found => found is not null);

    private static string? Broken(object record, Property property, bool isStored)
    {
        var value = property.Info.GetValue(record);
        if (value is null) return property.MayBeNull ? null : $"has no {property.Info.Name}";
        if (!isStored && property.Longest is { } longest && value is string { Length: var length } && length > longest)
            return $"has a {property.Info.Name} of more than {longest} characters";
        if (property.MustBeDialled && !(value is string { Length: > 0 and <= Limits.HostCharacters } host && !HostPort.IsUnspecified(host)))
            return $"has a {property.Info.Name} that nobody can dial";
        return Wrong(value, isStored, property.MustBeFinite) is { } wrong ? $"has a {property.Info.Name} that {wrong}" : null;
    }

    private static string? Wrong(object? value, bool isStored, bool mustBeFinite = false) => value switch
    {
        null => "holds nothing where a value must be",
        string => null,
        int and < 0 or long and < 0 => "is negative",
        double number when mustBeFinite && !(double.IsFinite(number) && number >= 0) => "is no finite number of at least 0",
        JobId id => JobId.IsValid(id.Value) ? null : "is no job's id",
        WorkerId id => WorkerId.IsValid(id.Value) ? null : "is no worker's id",
        Enum choice => Enum.IsDefined(choice.GetType(), choice) ? null : "is no such choice",
        IDictionary map => !isStored && map.Count > Limits.MapItems ? "is too long"
            : !isStored && map.Keys.OfType<string>().Any(name => name.Length > Limits.NameCharacters) ? "has too long a name"
            : map.Values.Cast<object?>().Select(item => Wrong(item, isStored)).FirstOrDefault(found => found is not null),
        ICollection list => list.Count > Limits.ListItems
            ? "is too long" : list.Cast<object?>().Select(item => Wrong(item, isStored)).FirstOrDefault(found => found is not null),
        _ when IsRecord(value.GetType()) => Broken(value, isStored),
        _ => null,
    };

    // Our own types alone have properties to ask; a date is a date.
    private static bool IsRecord(Type type) => type.Assembly == typeof(RecordPromises).Assembly;

    private static Property[] PropertiesOf(Type type)
    {
        var nullability = new NullabilityInfoContext();
        return
        [
            .. from info in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
               where info.GetIndexParameters().Length == 0
               select new Property(
                   info,
                   info.PropertyType.IsValueType
                       ? Nullable.GetUnderlyingType(info.PropertyType) is not null : nullability.Create(info).ReadState == NullabilityState.Nullable,
                   info.IsDefined(typeof(FiniteAttribute)),
                   info.IsDefined(typeof(DialledAttribute)),
                   info.GetCustomAttribute<AtMostAttribute>()?.Characters),
        ];
    }

    private sealed record Property(PropertyInfo Info, bool MayBeNull, bool MustBeFinite, bool MustBeDialled, int? Longest);
}
