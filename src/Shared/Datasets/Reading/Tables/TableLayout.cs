using DistTrain.Shared.Datasets.Reading.Files;
using DistTrain.Shared.Jobs;

namespace DistTrain.Shared.Datasets.Reading.Tables;

/// <summary>Which columns of a table are read for what: as the job says, else as the header names them, else in order.</summary>
internal sealed class TableLayout
{
    /// <summary>Characters of what may be the name of a column.</summary>
    private const int LongestName = 40;

    private readonly string _file;
    private readonly TableForm _form;
    private readonly TableHead _head;
    private readonly string[]? _header;

    private TableLayout(string file, TableForm form, TableHead head)
    {
        (_file, _form, _head) = (file, form, head);
        _header = head.Rows.Count > 0 && IsHeader(head.Rows[0]) ? head.Rows[0] : null;
        Columns = Math.Max(_header?.Length ?? head.Columns, form.Roles.Count);
        Roles = [.. form.Roles.Select((role, index) => Place(role, index))];
        More = [.. form.Roles.Select((role, index) => role is { Chosen: null, Continued: { } names } && _header is not null
            && IndexIn([_header[Roles[index]]], [names.Name]) == 0 ? IndexIn(_header, [names.More]) : -1)];
        References = form.References.Count > 0
            ? [.. form.References.Select(column => Place("references", column))] : form.HasReferences && !form.IsChosen ? Further() : [];
        // A column that is chosen for one thing may be where another would be by default.
        if (Roles.Concat(References).GroupBy(column => column).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new DataFormatException(file, 1, $"Column {twice.Key + 1} would be read for two things.", "Choose the column of each.");
    }

    public char Delimiter => _head.Delimiter;

    public bool HasQuotes => _head.HasQuotes;

    /// <summary>Whether the first record names the columns and is none.</summary>
    public bool HasHeader => _header is not null;

    /// <summary>How many columns each record must have.</summary>
    public int Columns { get; }

    /// <summary>For each role the index of its column.</summary>
    public IReadOnlyList<int> Roles { get; }

    /// <summary>For each role the column whose text goes on behind that of its own; -1 for none.</summary>
    public IReadOnlyList<int> More { get; }

    /// <summary>The columns of further references.</summary>
    public IReadOnlyList<int> References { get; }

    private IEnumerable<string[]> Body => _head.Rows.Skip(HasHeader ? 1 : 0).Where(row => row.Length == Columns);

    /// <param name="lines">The first of the file.</param>
    /// <exception cref="DataFormatException">A column that the job names is not there, or what is plainly no text would be taken for one.</exception>
    public static TableLayout Of(string file, IEnumerable<TextLine> lines, TableForm form, BadRecords bad)
    {
        var layout = new TableLayout(file, form, TableHead.Of(file, lines));
        layout.RequireText(bad.IsOfJob);
        if (layout.Body.FirstOrDefault() is { } first) bad.Note(layout.Words(first));
        return layout;
    }

    private bool IsHeader(string[] first) =>
        _form.Roles.Any(role => role.Chosen is not null && ColumnsSpec.Number(role.Chosen) is null)
        || _form.References.Any(column => ColumnsSpec.Number(column) is null)
        || _form.Roles.All(role => role.Chosen is null
            ? IndexOf(first, role) >= 0
            : first.ElementAtOrDefault(ColumnsSpec.Number(role.Chosen)!.Value - 1) is { } cell && IndexOf([cell], role) == 0)
        && !IsRepeated(first);

    /// <summary>A name of a column stands over it once; the code of a language that is in a column of codes comes back.</summary>
    private bool IsRepeated(string[] first)
    {
        List<int> named = [.. _form.Roles.Where(role => role.Chosen is null).Select(role => IndexOf(first, role))];
        List<string[]> rest = [.. _head.Rows.Skip(1)];
        return named.Count > 0 && 2 * rest.Count(row => named.All(column => row.ElementAtOrDefault(column) == first[column])) > rest.Count;
    }

    private int Place(ColumnRole role, int index) => role.Chosen is { } chosen
        ? Place(role.Name, chosen) : _header is not null && IndexOf(_header, role) is >= 0 and var named ? named : index;

    private int Place(string role, string column)
    {
        if (ColumnsSpec.Number(column) is { } number)
            return number <= Columns
                ? number - 1
                : throw new DataFormatException(_file, 0, $"The column of {role} is {number}, but the file has {Columns} columns.",
                    "Give the number of one of them.");
        return IndexIn(_header ?? [], [column]) is >= 0 and var named ? named : throw new DataFormatException(
            _file, 1, $"The column of {role} is '{column}', but the first line names the columns " +
                $"{string.Join(", ", (_header ?? []).Select(name => $"'{Readable.Line(name)}'"))}.",
                "Give one of these names, or the column's number, counted from 1.");
    }

    /// <summary>Without a header all that is left; with one what it calls a reference and is text.</summary>
    private int[] Further() => [.. Enumerable.Range(0, Columns).Except(Roles).Where(column =>
        _header is null || (_header[column].StartsWith("ref", StringComparison.OrdinalIgnoreCase) && Found(column) is null))];

    /// <summary>
    /// What a column holds that is plainly no text, judged by itself and beside the others. A first line of names that nobody knows is no evidence
    /// against it.
    /// </summary>
    private (string Kind, string Example)? Found(int column) => Found(column, 0) ?? (Body.Count() > NotText.Enough ? Found(column, 1) : null);

    /// <param name="without">Records at the beginning that are left out.</param>
    private (string Kind, string Example)? Found(int column, int without) =>
        NotText.Of(Values(column).Skip(without),
            Enumerable.Range(0, Columns).Where(other => other != column).Select(other => Values(other).Skip(without)));

    /// <summary>Where all of a table is numbers there is nothing better to take, and nobody can have meant anything else.</summary>
    private void RequireText(bool isOfJob)
    {
        if (_form.IsChosen || HasHeader) return;
        List<int> text = [.. Enumerable.Range(0, Columns).Where(column => Found(column) is null)];
        // Where nothing tells what more columns than are needed could be, none is good.
        if (!_form.HasReferences && Columns > _form.Roles.Count)
            throw new DataFormatException(_file, 1, $"Most lines have {Columns} columns, and nothing tells which are {_form.Words}.",
                Remedy(text.Count > 0 ? text : [.. Roles], isOfJob));
        if (text.Count == 0) return;
        foreach (var (column, role) in Roles.Zip(_form.Roles, (column, role) => (column, $"the {role.Name}"))
            .Concat(References.Select(column => (column, "a further reference"))))
            if (Found(column) is { } found && !AreAnswers(column, found.Kind))
                throw new DataFormatException(_file, 1, $"Column {column + 1} of {Columns} would be {role}, but holds {NotText.Words(found)}.",
                    Remedy(text, isOfJob));
    }

    /// <summary>Such as yes and no behind questions: words that come back, of several kinds, where no other column could be meant.</summary>
    private bool AreAnswers(int column, string kind) =>
        kind == NotText.Labels && Columns == _form.Roles.Count && column != Roles[0] && Values(column).Skip(1).Distinct().Count() > 1;

    /// <summary>
    /// How the columns are told: by what stands over them, where the first line looks like names, since a choice by numbers would make a record of
    /// it.
    /// </summary>
    private IEnumerable<string> Titles(IReadOnlyList<int> columns)
    {
        var first = _head.Rows[0];
        var isNamed = first.Length == Columns && columns.All(column => first[column].Trim().Length is > 0 and <= LongestName)
            && columns.Select(column => first[column]).Distinct().Count() == columns.Count
            && Enumerable.Range(0, Columns)
            .Any(column => Found(column, 1) is { } found && !NotText.IsSuch(first[column], found.Kind, Values(column).Skip(1)));
        return columns.Select(column => isNamed ? first[column].Trim() : $"{column + 1}");
    }

    private string Remedy(List<int> text, bool isOfJob)
    {
        var (way, needed) = (isOfJob ? "data.columns" : "--columns", _form.Roles.Count);
        // Of what is left no choice of so many can be right; where all columns are needed it may be meant.
        if (text.Count < needed && Columns > needed)
            return $"Only {(text.Count == 1 ? "column" : "columns")} {string.Join(" and ", text.Select(column => column + 1))} may be text: give a " +
                $"file with {_form.Words}, or tell which columns to read with {way}.";
        var chosen = text.Count < needed ? Roles : ByLanguage(text) ?? text;
        var example = _form.Roles.Zip(Titles([.. chosen.Take(_form.Roles.Count)]), (role, column) => (role.Name, column));
        return $"Tell which columns to read{(isOfJob ? " with data.columns" : "")}, such as {ColumnChoice.Words(example, isOfJob)}.";
    }

    /// <summary>Where columns hold nothing but the names of the languages, the text behind each; null where they do not.</summary>
    private List<int>? ByLanguage(List<int> text)
    {
        List<int> behind = [.. _form.Roles.Select(role => text.Find(column => column > 0 && Body.All(row => IndexOf([row[column - 1]], role) == 0)))];
        return behind.TrueForAll(column => column > 0) ? behind : null;
    }

    private IEnumerable<string> Values(int column) => Body.Select(row => row[column]);

    private string Words(string[] first)
    {
        var roles = Roles.Zip(_form.Roles, (column, role) => (Column: column, role.Name))
            .Concat(References.Select(column => (Column: column, Name: "a further reference")))
            .Concat(More.Zip(_form.Roles, (column, role) => (Column: column, Name: $"the end of {role.Name}")).Where(more => more.Column >= 0))
            .ToList();
        var unused = Enumerable.Range(0, Columns).Except(roles.Select(role => role.Column)).ToList();
        var taken = string.Join(", ", roles.Select(role => $"{Title(role.Column)} is {role.Name} ('{Short(first[role.Column])}')"));
        return $"'{Path.GetFileName(_file)}' has {Columns} columns{(HasHeader ? ", which its first line names" : "")}: " +
            $"{taken}{(unused.Count > 0 ? $"; not read: {string.Join(", ", unused.Select(Title))}" : "")}.";
    }

    private string Title(int column) => _header is null ? $"column {column + 1}" : $"'{Readable.Line(_header[column])}'";

    private static string Short(string text) => Readable.Line(text.Length > 60 ? $"{text[..57]}..." : text);

    /// <summary>
    /// The column that a header names for a role: by a name of the role, of its language, or by a code of that with a country behind it.
    /// </summary>
    private static int IndexOf(string[] cells, ColumnRole role) => IndexIn(cells, [.. role.Names, .. role.Languages]) is >= 0 and var named
        ? named
        : Array.FindIndex(cells, cell => LanguageNames.IsRegional(cell.Trim(), role.Languages));

    private static int IndexIn(string[] cells, IReadOnlyList<string> names) =>
        names.Select(name => Array.FindIndex(cells, cell => string.Equals(cell.Trim(), name, StringComparison.OrdinalIgnoreCase))).DefaultIfEmpty(-1)
        .FirstOrDefault(index => index >= 0, -1);
}
