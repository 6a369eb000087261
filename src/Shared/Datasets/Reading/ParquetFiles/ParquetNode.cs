using Parquet.Meta;
using Parquet.Schema;

namespace DistTrain.Shared.Datasets.Reading.ParquetFiles;

/// <summary>A column of a Parquet file, or a part of one: a group of parts, a list, or a leaf with values.</summary>
/// <remarks>Levels as in Melnik et al. 2010, section 4: a value is there when its definition level reaches <paramref name="Defined"/>; a repetition
/// level tells in which list a value begins a new item.</remarks>
/// <param name="Name">As in the file; of a list's item empty.</param>
/// <param name="Defined">The least definition level at which it is not null.</param>
/// <param name="Item">Of a list the least definition level at which it has an item.</param>
/// <param name="Repeated">Of a list the repetition level of its items.</param>
/// <param name="Leaf">Null for a group or a list.</param>
internal sealed record ParquetNode(string Name, int Defined, int Item, int Repeated, IReadOnlyList<ParquetNode> Children, DataField? Leaf)
{
    public bool IsList => Repeated > 0;

    /// <summary>The columns of a file.</summary>
    /// <param name="elements">The schema as the file has it, depth first; the root comes first.</param>
    /// <param name="leaves">The same leaves in the same order.</param>
    public static IReadOnlyList<ParquetNode> Of(IReadOnlyList<SchemaElement> elements, IReadOnlyList<DataField> leaves)
    {
        var (at, leaf) = (1, 0);
        return [.. Enumerable.Range(0, elements[0].NumChildren ?? 0).Select(_ => Read(0, 0)).ToList()];

        ParquetNode Read(int defined, int repeated)
        {
            var element = elements[at++];
            var isRepeated = element.RepetitionType == FieldRepetitionType.REPEATED;
            var here = element.RepetitionType == FieldRepetitionType.OPTIONAL ? defined + 1 : defined;
            if (!isRepeated) return Value(element, element.Name, here, repeated);
            // A list without a group of its own around it: it is there, if only without items.
            var item = Value(element, "", defined + 1, repeated + 1);
            return new(element.Name, defined, defined + 1, repeated + 1, [item], null);
        }

        ParquetNode Value(SchemaElement element, string name, int defined, int repeated)
        {
            if (element.NumChildren is not > 0) return new(name, defined, 0, 0, [], leaves[leaf++]);
            var isList = element.ConvertedType == ConvertedType.LIST || element.LogicalType?.LIST is not null;
            List<ParquetNode> children = [.. Enumerable.Range(0, element.NumChildren.Value).Select(_ => Read(defined, repeated)).ToList()];
            if (!isList || children is not [{ IsList: true } list]) return new(name, defined, 0, 0, children, null);
            // Three levels are usual: the list, its repeated group of one part, the item. Of two, the repeated one is the item.
            var item = list.Children[0] is { IsList: false, Leaf: null, Children: [var only] } && list.Name is not "array" ? only : list.Children[0];
            return new(name, defined, list.Item, list.Repeated, [item with { Name = "" }], null);
        }
    }
}
