namespace DistTrain.Shared.Datasets.Reading.ParquetFiles;

/// <summary>What people are told of a Parquet file that cannot be read.</summary>
internal static class DamagedParquet
{
    /// <summary>
    /// What is wrong with the file. Damaged bytes lead the library astray in any way: only what it says of files tells people something.
    /// </summary>
    public static string Words(Exception failure) => failure is IOException or InvalidDataException
        ? $"This is not a whole Parquet file: {failure.Message.TrimEnd('.')}."
        : "This is not a whole Parquet file: its parts do not fit each other.";
}
