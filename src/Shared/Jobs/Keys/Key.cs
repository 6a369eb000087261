using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;

namespace DistTrain.Shared.Jobs.Keys;

/// <summary>One key of the job file: a property of a record, with what its attributes say.</summary>
internal sealed class Key
{
    private readonly KeyAttribute _attribute;
    private readonly PropertyInfo _property;

    public Key(PropertyInfo property, KeyAttribute attribute)
    {
        (_property, _attribute) = (property, attribute);
        Name = attribute.Name ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
        ValueType = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        Form = FormOf(ValueType, property.IsDefined(typeof(ColumnAttribute)));
        Rule = property.GetCustomAttribute<KeyRuleAttribute>();
    }

    /// <summary>As the file writes it.</summary>
    public string Name { get; }

    /// <summary>The name of its property.</summary>
    public string Property => _property.Name;

    /// <inheritdoc cref="KeyAttribute.Description"/>
    public string Description => _attribute.Description;

    /// <inheritdoc cref="KeyAttribute.IsRequired"/>
    public bool IsRequired => _attribute.IsRequired;

    /// <inheritdoc cref="KeyAttribute.IsOfTheFirst"/>
    public bool IsOfTheFirst => _attribute.IsOfTheFirst;

    /// <inheritdoc cref="KeyAttribute.IsChangeable"/>
    public bool IsChangeable => _attribute.IsChangeable;

    /// <inheritdoc cref="KeyAttribute.StandsForGroup"/>
    public bool StandsForGroup => _attribute.StandsForGroup;

    public KeyForm Form { get; }

    /// <summary>The type of its value; of a number that may be absent, the number's.</summary>
    public Type ValueType { get; }

    /// <summary>Whether it is a number that may be absent, which means something.</summary>
    public bool IsOptionalNumber => _property.PropertyType != ValueType;

    /// <summary>Whether records are made with it; others have it by what they are.</summary>
    public bool IsGiven => _property.CanWrite;

    /// <summary>Null: any value of its form.</summary>
    public KeyRuleAttribute? Rule { get; }

    public object? Of(object record) => _property.GetValue(record);

    public void Put(object record, object? value) => _property.SetValue(record, value);

    /// <summary>An enumeration's value, as the file writes it.</summary>
    public static string Word(object value) => value.ToString()!.ToLowerInvariant();

    private static KeyForm FormOf(Type type, bool isColumn)
    {
        if (type == typeof(int) || type == typeof(long)) return KeyForm.Whole;
        if (type == typeof(double)) return KeyForm.Number;
        if (type == typeof(bool)) return KeyForm.Flag;
        if (type == typeof(string)) return isColumn ? KeyForm.Column : KeyForm.Text;
        if (type.IsEnum) return KeyForm.Word;
        if (type == typeof(ImmutableSortedDictionary<string, string>)) return KeyForm.Texts;
        if (type.IsGenericType) return isColumn ? KeyForm.Columns : KeyForm.Groups;
        return KeyForm.Group;
    }
}
