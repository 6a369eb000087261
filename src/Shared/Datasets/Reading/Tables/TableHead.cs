using System.Text.Unicode;
using DistTrain.Shared.Datasets.Reading.Files;

namespace DistTrain.Shared.Datasets.Reading.Tables;

/// <summary>The first records of a table, and what separates its cells.</summary>
/// <param name="HasQuotes">Whether quotes enclose cells.</param>
/// <param name="Rows">Those that could be read, the header included.</param>
internal sealed record TableHead(char Delimiter, bool HasQuotes, IReadOnlyList<string[]> Rows)
{
    /// <summary>What may separate the cells of a CSV file; the first fits where several do.</summary>
    private static readonly char[] Delimiters = [',', ';', CellReader.Tab];

    /// <summary>How many columns most of the rows have; the fewest such number, 0 for a file without rows.</summary>
    public int Columns =>
        (from row in Rows group row by row.Length into same orderby same.Count() descending, same.Key select same.Key).FirstOrDefault();

    /// <param name="first">The first lines of the file.</param>
    public static TableHead Of(string file, IEnumerable<TextLine> first)
    {
        List<string> lines = [.. first.Where(line => Utf8.IsValid(line.Bytes.Span)).Select(line => line.Text)];
        if (!Packing.PackedFile.Plain(file).EndsWith(".csv", StringComparison.OrdinalIgnoreCase))
            return Read(lines, CellReader.Tab, hasQuotes: false).Head;
        List<(TableHead Head, bool IsWhole)> read = [.. Delimiters.Select(delimiter => Read(lines, delimiter, hasQuotes: true))];
        List<TableHead> heads = [.. read.OrderByDescending(each => each.IsWhole).Select(each => each.Head)];
        return heads.Find(head => head.Columns > 1
            && head.Rows.All(row => row.Length == head.Columns || row is [var only] && string.IsNullOrWhiteSpace(only)))
            ?? heads.Find(head => head.Columns > 1) ?? heads[0];
    }

    private static (TableHead Head, bool IsWhole) Read(List<string> lines, char delimiter, bool hasQuotes)
    {
        var (cells, rows) = (new CellReader(delimiter, hasQuotes), new List<string[]>());
        foreach (var line in lines)
        {
            try
            {
                if (cells.Add(line) is { } row) rows.Add(row);
            }
            catch (BadRecordException)
            {
                // The reading of the whole file tells of it.
            }
        }
        return (new(delimiter, hasQuotes, rows), !cells.HasStrayQuotes);
    }
}
