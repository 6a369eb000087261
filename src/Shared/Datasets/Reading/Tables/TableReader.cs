using DistTrain.Shared.Datasets.Reading.Files;

namespace DistTrain.Shared.Datasets.Reading.Tables;

/// <summary>Reads tables: TSV, in which a quote is text, and CSV with commas, semicolons or tabs between its cells.</summary>
internal static class TableReader
{
    /// <summary>A text has fewer lines; a quote that stays open would take the rest of the file.</summary>
    private const int MostLines = 1000;

    /// <param name="make">Makes a record of the texts of the roles, in order, and the further references that are not empty.</param>
    /// <exception cref="DataFormatException">There are more bad records than tolerated, or the table as a whole cannot be read as it has to
    /// be.</exception>
    public static IEnumerable<T> Read<T>(string file, TableForm form, BadRecords bad, Func<IReadOnlyList<string>, IReadOnlyList<string>, T> make)
        where T : class
    {
        // The file is opened once, so that a pipe will do: the lines that tell the layout are kept.
        using var lines = TextLines.Read(file).GetEnumerator();
        var first = Begin(lines);
        var layout = TableLayout.Of(file, first, form, bad);
        var (cells, isHeader, start) = (new CellReader(layout.Delimiter, layout.HasQuotes), layout.HasHeader, 1L);
        foreach (var line in first.Concat(Rest(lines)))
        {
            if (!cells.IsOpen) start = line.Number;
            if (line.Number - start >= MostLines) throw Unclosed();
            var row = Records.Parse(file, start, bad, () => cells.Add(Text(line)));
            if (row is null) continue;
            if (!isHeader && Records.Parse(file, start, bad, () => Record(row)) is { } record) yield return record;
            isHeader = false;
        }
        if (cells.IsOpen) throw Unclosed();

        string Text(TextLine line)
        {
            try
            {
                return line.Text;
            }
            catch (BadRecordException)
            {
                cells.Reset();
                throw;
            }
        }

        T Record(string[] row)
        {
            if (row is [var blank] && string.IsNullOrWhiteSpace(blank))
                throw new BadRecordException($"The line is blank, but must hold {form.Words}.", isEmpty: true);
            if (row.Length != layout.Columns)
                throw new BadRecordException($"The line has {row.Length} {(row.Length == 1 ? "column" : "columns")}, but must hold {Expected()}.");
            return make(
                [.. form.Roles.Select((role, index) => Records.NotEmpty(Cell(row, layout.Roles[index], layout.More[index]), role.Title))],
                [.. layout.References.Select(column => row[column]).Where(text => !string.IsNullOrWhiteSpace(text))]);
        }

        string Cell(string[] row, int column, int more) => more < 0 || string.IsNullOrWhiteSpace(row[more])
            ? row[column] : string.IsNullOrWhiteSpace(row[column]) ? row[more] : $"{row[column]}\n{row[more]}";
        string Expected() => layout.Columns == form.Roles.Count
            ? $"{form.Words} with {Between()}{(form.Roles.Count > 2 ? "s" : "")} between" : $"{layout.Columns}, as most lines do";
        string Between() =>
            (form.Roles.Count > 2 ? "" : "a ") + layout.Delimiter switch { CellReader.Tab => "tab", ',' => "comma", _ => "semicolon" };
        DataFormatException Unclosed() =>
            new(file, start, $"A quote that is opened in this record is not closed within {MostLines} lines.",
                "Close it; a quote within quotes is written twice.");
    }
    private static List<TextLine> Begin(IEnumerator<TextLine> lines)
    {
        var first = new List<TextLine>();
        // A line's bytes are good only until the next is asked for.
        while (first.Count < NotText.Sample && lines.MoveNext()) first.Add(lines.Current with { Bytes = lines.Current.Bytes.ToArray() });
        return first;
    }

    private static IEnumerable<TextLine> Rest(IEnumerator<TextLine> lines)
    {
        while (lines.MoveNext()) yield return lines.Current;
    }
}
