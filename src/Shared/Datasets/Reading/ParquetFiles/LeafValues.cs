using System.Text.Json.Nodes;
using Parquet;
using Parquet.Schema;

namespace DistTrain.Shared.Datasets.Reading.ParquetFiles;

/// <summary>What a row group holds of a leaf.</summary>
/// <param name="At">Makes the nth value that is not null; a node has one parent, so each is made once.</param>
/// <param name="Defined">The definition level of each value, null or not; empty when none can be null.</param>
/// <param name="Repeated">The repetition level of each; empty when no list is around it.</param>
internal sealed record LeafValues(Func<int, JsonNode?> At, int[] Defined, int[] Repeated)
{
    /// <param name="keep">What is kept of a value once the library takes its memory back.</param>
    public static async Task<LeafValues> Read<T, TKept>(ParquetRowGroupReader group, DataField field, Func<T, TKept> keep,
        Func<TKept, JsonNode?> make)
        where T : struct
    {
        var count = checked((int)group.GetMetadata(field)!.MetaData!.NumValues);
        var (values, defined, repeated) = (new T[count], new int[field.MaxDefinitionLevel > 0 ? count : 0],
            new int[field.MaxRepetitionLevel > 0 ? count : 0]);
        await group.ReadRawAsync<T>(field, values, Levels(defined), Levels(repeated));
        // Values that are not null come first, one after the other; behind them nothing is asked for.
        var kept = Array.ConvertAll(values, value => keep(value));
        return new(index => make(kept[index]), defined, repeated);
    }

    // Without levels the library wants no memory, rather than none of it.
    private static Memory<int>? Levels(int[] levels) => levels.Length > 0 ? new Memory<int>(levels) : new Memory<int>?();
}
