using System.Globalization;
using DistTrain.Shared.Jobs.Keys;

namespace DistTrain.Shared.Jobs;

/// <summary>
/// Which columns of a data set's files hold what: each by its number in a table or a Parquet file, counted from 1, or by its name: of a table's
/// header, of a Parquet column, of a key of JSON (<c>translation.en</c> lies inside <c>translation</c>). A text of digits is a number, in JSON a key.
/// </summary>
public sealed record ColumnsSpec : IKeyGroup
{
    private readonly ValueList<string> _references = new([]);

    /// <summary>The sentence to translate.</summary>
    /// <value>Default: null, as the form of the data has it.</value>
    [Key("The sentence to translate.")]
    [Column]
    public string? Source { get; init; }

    /// <summary>Its translation.</summary>
    /// <value>Default: null, likewise.</value>
    [Key("Its translation.")]
    [Column]
    public string? Target { get; init; }

    /// <summary>Further references, which are scored against.</summary>
    /// <value>Default: none; where nothing else is chosen either, as the form of the data has it.</value>
    [Key("Further references: one column or a list.")]
    [Column]
    public IReadOnlyList<string> References { get => _references; init => _references = new(value); }

    /// <summary>Of preferences what is answered.</summary>
    /// <value>Default: null, as the form of the data has it.</value>
    [Key("Of preferences what is answered.")]
    [Column]
    public string? Prompt { get; init; }

    /// <summary>The better answer.</summary>
    /// <value>Default: null, likewise.</value>
    [Key("The better answer.")]
    [Column]
    public string? Chosen { get; init; }

    /// <summary>The worse answer.</summary>
    /// <value>Default: null, likewise.</value>
    [Key("The worse answer.")]
    [Column]
    public string? Rejected { get; init; }

    /// <summary>The columns that are chosen, by their keys.</summary>
    internal IEnumerable<(string Key, string Column)> All => KeyGroup.Of<ColumnsSpec>().All.SelectMany(key => key.Of(this) switch
    {
        string column => [(key.Name, column)],
        IReadOnlyList<string> columns => columns.Select((column, index) => ($"{key.Name}[{index}]", column)),
        _ => [],
    });

    /// <summary>The number that a column is chosen by, counted from 1; null when it is a name.</summary>
    internal static int? Number(string column) => int.TryParse(column, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        ? number : null;

    public IEnumerable<Violation> Violations(string path) =>
        [
            .. from each in All
               where each.Column.Length == 0
               select new Violation($"{path}.{each.Key}", $"{path}.{each.Key} is empty. Give a column's number or name, or remove the key."),
            .. from each in All
               where Number(each.Column) < 1
               select new Violation($"{path}.{each.Key}", $"{path}.{each.Key} is {each.Column}, but columns are counted from 1. Give a column's " +
                   "number or name."),
            .. from each in All
               group each.Key by each.Column into same
               where same.Count() > 1
               select new Violation($"{path}.{same.Last()}", $"{path}.{same.Last()} is the column of {path}.{same.First()} too. Give each its own."),
        ];
}
