using DistTrain.Shared.Datasets.Reading.Preferences;
using DistTrain.Shared.Jobs;

namespace DistTrain.Shared.Datasets.Reading.Tables;

/// <summary>A text that each record of a table has to hold.</summary>
/// <param name="Name">Such as <c>source</c>; the key of <c>data.columns</c> too.</param>
/// <param name="Chosen">The column's number or name, as in the job; null when it is left to the file.</param>
/// <param name="Names">What a header may call it, where it is left to the file.</param>
internal sealed record ColumnRole(string Name, string? Chosen, IReadOnlyList<string> Names)
{
    /// <summary>What a header may call the language of the text, where it has none of the names.</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>A name, and that of a column whose text, where there is any, goes on a line of its own behind that of the first.</summary>
    public (string Name, string More)? Continued { get; init; }

    /// <summary>What its text is called in reasons.</summary>
    public string Title => Name is "chosen" or "rejected" ? $"{Name} answer" : Name;
}

/// <summary>What a table is read for.</summary>
/// <param name="Roles">In the order that the columns have where neither job nor header tell.</param>
/// <param name="References">Columns of further references that the job chooses.</param>
/// <param name="HasReferences">Whether further columns are further references.</param>
internal sealed record TableForm(IReadOnlyList<ColumnRole> Roles, IReadOnlyList<string> References, bool HasReferences)
{
    private static readonly string[] OtherSources = ["source_text", "src_text", "source_sentence", "sentence1", "text1"];
    private static readonly string[] OtherTargets = ["target_text", "tgt_text", "target_sentence", "sentence2", "text2"];

    /// <summary>Whether the job says something of the columns.</summary>
    public bool IsChosen => References.Count > 0 || Roles.Any(role => role.Chosen is not null);

    /// <summary>The roles, in words.</summary>
    public string Words => $"{string.Join(", ", Roles.SkipLast(1).Select(role => role.Name))} and {Roles[^1].Name}";

    public static TableForm Translations(DataSpec data) => new(
        [
            new("source", data.Columns.Source, [data.Source, "source", "src", .. OtherSources]) { Languages = LanguageNames.Of(data.Source) },
            new("target", data.Columns.Target, [data.Target, "target", "tgt", "trg", .. OtherTargets]) { Languages = LanguageNames.Of(data.Target) },
        ],
        data.Columns.References, HasReferences: true);

    /// <summary>The names are those of JSON.</summary>
    public static TableForm Preferences(DataSpec data) => new(
        [
            new("prompt", data.Columns.Prompt, [PreferenceKeys.Prompt, .. PreferenceKeys.OtherPrompts])
            {
                Continued = (PreferenceKeys.Instruction, PreferenceKeys.Input),
            },
            new("chosen", data.Columns.Chosen, PreferenceKeys.Chosen), new("rejected", data.Columns.Rejected, PreferenceKeys.Rejected),
        ],
        [], HasReferences: false);
}
