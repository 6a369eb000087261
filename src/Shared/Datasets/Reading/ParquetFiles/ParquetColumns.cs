namespace DistTrain.Shared.Datasets.Reading.ParquetFiles;

/// <summary>The columns that a data set needs of a Parquet file: no other is read.</summary>
/// <param name="Needed">For each text the columns that may hold it, of which one must be there: a name, at dots the parts of a nested column, or a
/// number, counted from 1.</param>
/// <param name="Welcome">Columns that are read where they are there.</param>
internal sealed record ParquetColumns(IReadOnlyList<IReadOnlyList<string>> Needed, IReadOnlyList<string> Welcome)
{
    public IEnumerable<string> All => Needed.SelectMany(columns => columns).Concat(Welcome);
}
