using System.Text.Json;
using DistTrain.Shared.Jobs;

namespace DistTrain.Shared.Datasets.Reading.ParquetFiles;

/// <summary>The leaves of a file that are read.</summary>
/// <param name="Paths">Of each the nodes from its column on. A column has the name that rows know it by.</param>
internal sealed record ParquetProjection(string File, int Columns, IReadOnlyList<IReadOnlyList<ParquetNode>> Paths)
{
    /// <param name="isOfJob">Whether a remedy can name a job's keys.</param>
    /// <exception cref="DataFormatException">A needed column is not there, or none that is welcome.</exception>
    public static ParquetProjection Of(string file, IReadOnlyList<ParquetNode> schema, ParquetColumns wanted, bool isOfJob)
    {
        var remedy = isOfJob ? "Name the columns with data.columns." : "Give a file in which they have the names that are known.";
        foreach (var names in wanted.Needed)
            if (!names.Any(name => Leaves(schema, name).Any()))
                throw new DataFormatException(file,
                    0, $"There is no column {string.Join(" or ", names.Select(name => $"'{Readable.Line(name)}'"))}; there are {Known(schema)}.",
                    remedy);
        List<IReadOnlyList<ParquetNode>> paths = [.. wanted.All.SelectMany(name => Leaves(schema, name))
            .DistinctBy(path => (path[0].Name, path[^1].Leaf))];
        return paths.Count > 0
            ? new(file, schema.Count, paths)
            : throw new DataFormatException(file, 0, $"No column has a name that is known; there are {Known(schema)}.", remedy);
    }

    /// <summary>What is read, for the log.</summary>
    /// <param name="first">The first row.</param>
    public string Words(JsonElement first) =>
        $"'{Path.GetFileName(File)}' has {Columns} columns, of which are read: "
        + $"{string.Join(", ", Paths.Select(path => path[0].Name).Distinct().Select(name => $"'{Readable.Line(name)}' ({Short(first, name)})"))}.";

    private static string Short(JsonElement row, string name)
    {
        var text = row.TryGetProperty(name, out var value) ? value.ValueKind == JsonValueKind.String
            ? $"'{value.GetString()}'" : value.GetRawText() : "null";
        return Readable.Line(text.Length > 60 ? $"{text[..57]}..." : text);
    }

    private static string Known(IReadOnlyList<ParquetNode> schema) =>
        string.Join(", ", schema.Select((node, index) => $"{index + 1}: '{Readable.Line(node.Name)}'").Take(20));

    private static IEnumerable<IReadOnlyList<ParquetNode>> Leaves(IReadOnlyList<ParquetNode> schema, string name)
    {
        if (ColumnsSpec.Number(name) is { } number)
            return number >= 1 && number <= schema.Count ? Below(schema[number - 1] with { Name = name }) : [];
        if (schema.FirstOrDefault(node => node.Name == name) is { } column) return Below(column);
        return name.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot
            && schema.FirstOrDefault(node => node.Name == name[..dot]) is { Leaf: null, IsList: false } group
            ? Leaves(group.Children, name[(dot + 1)..]).Select(IReadOnlyList<ParquetNode> (path) => [group, .. path])
            : [];
    }

    private static IEnumerable<IReadOnlyList<ParquetNode>> Below(ParquetNode node) =>
        node.Leaf is not null ? ParquetLeaf.CanRead(node.Leaf)
        ? [[node]] : [] : node.Children.SelectMany(Below).Select(IReadOnlyList<ParquetNode> (path) => [node, .. path]);
}
