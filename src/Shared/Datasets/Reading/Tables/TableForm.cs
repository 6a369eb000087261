using DistTrain.Shared.Jobs;

namespace DistTrain.Shared.Datasets.Reading.Tables;

/// <summary>A text that each record of a table has to hold.</summary>
/// <param name="Name">Such as <c>source</c>; the key of <c>data.columns</c> too.</param>
/// <param name="Chosen">The column's number or name, as in the job; null when it is left to the file.</param>
/// <param name="Names">What a header may call it, where it is left to the file.</param>
internal sealed record ColumnRole(string Name, string? Chosen, IReadOnlyList<string> Names)
{
    /// <summary>What its text is called in reasons.</summary>
    public string Title => Name is "chosen" or "rejected" ? $"{Name} answer" : Name;
}

/// <summary>What a table is read for.</summary>
/// <param name="Roles">In the order that the columns have where neither job nor header tell.</param>
/// <param name="References">Columns of further references that the job chooses.</param>
/// <param name="HasReferences">Whether further columns are further references.</param>
internal sealed record TableForm(IReadOnlyList<ColumnRole> Roles, IReadOnlyList<string> References, bool HasReferences)
{
    /// <summary>Whether the job says something of the columns.</summary>
    public bool IsChosen => References.Count > 0 || Roles.Any(role => role.Chosen is not null);

    /// <summary>The roles, in words.</summary>
    public string Words => $"{string.Join(", ", Roles.SkipLast(1).Select(role => role.Name))} and {Roles[^1].Name}";

    public static TableForm Translations(DataSpec data) => new(
        [
            new("source", data.Columns.Source, [data.Source, "source", "src"]), new("target", data.Columns.Target, [data.Target, "target", "tgt", "trg"]),
        ],
        data.Columns.References, HasReferences: true);

    public static TableForm Preferences(DataSpec data) => new(
        [new("prompt", data.Columns.Prompt, ["prompt"]), new("chosen", data.Columns.Chosen, ["chosen"]), new("rejected", data.Columns.Rejected, ["rejected"])], [], HasReferences: false);
}
