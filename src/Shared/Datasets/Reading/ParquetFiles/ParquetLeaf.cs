using System.Text.Json.Nodes;
using Parquet;
using Parquet.Schema;

namespace DistTrain.Shared.Datasets.Reading.ParquetFiles;

/// <summary>The values of one leaf in one row group, put into rows one after the other.</summary>
internal sealed class ParquetLeaf
{
    /// <summary>E_NOTIMPL, by which Parquet.Net tells that there is a part of the format that it does not read.</summary>
    private const int NotImplemented = unchecked((int)0x80004001);

    private static readonly Dictionary<Type, Func<ParquetRowGroupReader, DataField, Task<LeafValues>>> Readers = new()
    {
        [typeof(ReadOnlyMemory<char>)] = (group, field) =>
            LeafValues.Read<ReadOnlyMemory<char>, string>(group, field, text => text.ToString(), text => JsonValue.Create(text)),
        [typeof(bool)] = (group, field) => LeafValues.Read<bool, bool>(group, field, value => value, value => JsonValue.Create(value)),
        [typeof(int)] = (group, field) => LeafValues.Read<int, int>(group, field, value => value, value => JsonValue.Create(value)),
        [typeof(long)] = (group, field) => LeafValues.Read<long, long>(group, field, value => value, value => JsonValue.Create(value)),
        // JSON has no word for what is no finite number: it is as good as missing, where it is asked for.
        [typeof(float)] = (group, field) =>
            LeafValues.Read<float, float>(group, field, value => value, value => float.IsFinite(value) ? JsonValue.Create(value) : null),
        [typeof(double)] = (group, field) =>
            LeafValues.Read<double, double>(group, field, value => value, value => double.IsFinite(value) ? JsonValue.Create(value) : null),
    };

    private readonly IReadOnlyList<ParquetNode> _path;
    private readonly LeafValues _values;
    private readonly int[] _places;
    private int _entry, _value;

    private ParquetLeaf(IReadOnlyList<ParquetNode> path, LeafValues values)
    {
        (_path, _values) = (path, values);
        _places = new int[path.Max(node => node.Repeated) + 1];
    }

    /// <summary>Whether a leaf holds texts, numbers or flags.</summary>
    public static bool CanRead(DataField leaf) => Readers.ContainsKey(leaf.ClrType);

    /// <param name="stream">What <paramref name="group"/> is read from.</param>
    /// <param name="path">The nodes from the leaf's column on.</param>
    /// <exception cref="DataFormatException">The file is damaged, or the library cannot read it.</exception>
    public static async Task<ParquetLeaf> Read(string file, Stream stream, ParquetRowGroupReader group, IReadOnlyList<ParquetNode> path)
    {
        var field = path[^1].Leaf!;
        try
        {
            return new(path, await Values(stream, group, field));
        }
        catch (Exception failure) when (failure is not (OutOfMemoryException or UnauthorizedAccessException))
        {
            throw IsNotRead(failure) || IsNotRead(failure.InnerException)
                ? new DataFormatException(file, 0, $"Parquet.Net cannot read column '{field.Path}'.",
                    "Write the file with data pages of version 1 (in pyarrow data_page_version=\"1.0\"), or as JSON lines.")
                : new DataFormatException(file, 0, DamagedParquet.Words(failure), "Write or copy it again.");
        }
    }

    private static bool IsNotRead(Exception? failure) => failure is NotSupportedException || failure?.HResult == NotImplemented;

    private static async Task<LeafValues> Values(Stream stream, ParquetRowGroupReader group, DataField field)
    {
        try
        {
            return await Readers[field.ClrType](group, field);
        }
        catch (SystemException failure) when (failure.HResult == NotImplemented && field.MaxRepetitionLevel > 0
        && field.ClrType == typeof(ReadOnlyMemory<char>))
        {
            return PagesOfLists.Read(stream, group.GetMetadata(field)!.MetaData!, field.MaxDefinitionLevel, field.MaxRepetitionLevel);
        }
    }

    /// <summary>Adds the leaf's part of the next row.</summary>
    public void AddRow(JsonObject row)
    {
        Array.Clear(_places);
        while (true)
        {
            AddTo(row, 0, _values.Defined.Length > 0 ? _values.Defined[_entry] : _path[^1].Defined);
            _entry++;
            if (_entry >= _values.Repeated.Length || _values.Repeated[_entry] == 0) return;
            _places[_values.Repeated[_entry]]++;
            _places.AsSpan(_values.Repeated[_entry] + 1).Clear();
        }
    }

    private void AddTo(JsonObject parts, int depth, int level)
    {
        var (name, before) = (_path[depth].Name, parts[_path[depth].Name]);
        var after = With(before, depth, level);
        // Another leaf of the same column may have made the node; one that is null has to be there too.
        if (after is null || !ReferenceEquals(before, after)) parts[name] = after;
    }

    private JsonNode? With(JsonNode? node, int depth, int level)
    {
        var at = _path[depth];
        if (level < at.Defined) return node;
        if (at.Leaf is not null) return _values.At(_value++);
        if (!at.IsList)
        {
            var parts = node as JsonObject ?? [];
            AddTo(parts, depth + 1, level);
            return parts;
        }
        var list = node as JsonArray ?? [];
        if (level < at.Item) return list;
        if (_places[at.Repeated] == list.Count) list.Add(null);
        var (before, place) = (list[_places[at.Repeated]], _places[at.Repeated]);
        var after = With(before, depth + 1, level);
        if (!ReferenceEquals(before, after)) list[place] = after;
        return list;
    }
}
