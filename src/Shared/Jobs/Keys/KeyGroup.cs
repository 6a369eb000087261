using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;

namespace DistTrain.Shared.Jobs.Keys;

/// <summary>The keys of one record of the job file.</summary>
internal sealed class KeyGroup
{
    private static readonly ConcurrentDictionary<Type, KeyGroup> Groups = [];

    private readonly Type _record;

    private KeyGroup(Type record)
    {
        _record = record;
        var lineage = Lineage(record).Reverse().ToList();
        var declared = lineage.SelectMany(type => Properties(type, BindingFlags.Instance).Select(key => (Key: key, IsOwn: type != lineage[0])))
            .DistinctBy(each => each.Key.Property).ToList();
        All = [.. declared.Select(each => each.Key)];
        Read = [.. declared.OrderBy(each => each.IsOwn ? 0 : each.Key.IsOfTheFirst ? 2 : 1).Select(each => each.Key).Where(key => key.IsGiven)];
        var order = lineage[0].GetCustomAttribute<StoredOrderAttribute>()?.Properties ?? [];
        Stored = [.. declared.OrderBy(each => Place(order, each.IsOwn ? StoredOrderAttribute.OwnKeys : each.Key.Property)).Select(each => each.Key)];
        if (Properties(record, BindingFlags.Static).SingleOrDefault() is { } preset)
            (Preset, Presets) = (preset, (IDictionary)preset.Of(record)!);
    }

    /// <summary>In the order of the properties, a base record's first.</summary>
    public IReadOnlyList<Key> All { get; }

    /// <summary>In the order in which they are read and told: those of a derived record first.</summary>
    public IReadOnlyList<Key> Read { get; }

    /// <summary>In the order in which they are stored.</summary>
    public IReadOnlyList<Key> Stored { get; }

    /// <summary>The key that names one of <see cref="Presets"/>; null: there are none.</summary>
    public Key? Preset { get; }

    /// <summary>Records by name.</summary>
    public IDictionary? Presets { get; }

    /// <summary>The key of a property.</summary>
    public Key this[string property] => All.Single(key => key.Property == property);

    /// <summary>The keys of a record.</summary>
    public static KeyGroup Of(Type record) => Groups.GetOrAdd(record, type => new(type));

    /// <inheritdoc cref="Of(Type)"/>
    public static KeyGroup Of<T>() => Of(typeof(T));

    /// <summary>A record with every default.</summary>
    public object New() => Activator.CreateInstance(_record)!;

    private static int Place(IReadOnlyList<string> order, string name) => order.Contains(name) ? order.Index().First(each => each.Item == name).Index
        : order.Count;

    private static IEnumerable<Type> Lineage(Type? type)
    {
        for (; type is not null && type != typeof(object); type = type.BaseType) yield return type;
    }

    private static IEnumerable<Key> Properties(Type type, BindingFlags flags) =>
        from property in type.GetProperties(flags | BindingFlags.Public | BindingFlags.DeclaredOnly)
        orderby property.MetadataToken
        let attribute = property.GetCustomAttribute<KeyAttribute>(inherit: false)
        where attribute is not null
        select new Key(property, attribute);
}
