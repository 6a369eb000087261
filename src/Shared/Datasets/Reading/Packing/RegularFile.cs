namespace DistTrain.Shared.Datasets.Reading.Packing;

/// <summary>Refuses a pipe where one will not do: what was read from it is gone, and whoever opens it again waits for a writer that will not come.</summary>
internal static class RegularFile
{
    private const int Unbuffered = 1;

    /// <param name="use">Why it must be a file, as the end of a sentence.</param>
    /// <exception cref="DataFormatException">It is a pipe.</exception>
    public static void Require(string name, string use)
    {
        using var stream = new FileStream(name, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, Unbuffered);
        if (!stream.CanSeek) throw new DataFormatException(name, 0, $"This is a pipe, which can be read only once, but {use}.", "Write it into a file first.");
    }
}
