namespace DistTrain.Shared.Datasets;

/// <summary>A data file that a person has to correct. The message names the file, the line, what is wrong and what to do.</summary>
public sealed class DataFormatException : Exception
{
    /// <param name="line">Counted from 1; 0 when the whole file is meant.</param>
    /// <param name="reason">A sentence: what is wrong.</param>
    /// <param name="remedy">A sentence: what to do about it.</param>
    public DataFormatException(string file, long line, string reason, string remedy)
        : base($"{(line > 0 ? $"{file}:{line}" : file)}: {reason} {remedy}") => (File, Line, Reason) = (file, line, reason);

    public string File { get; }

    /// <summary>Counted from 1; 0 when the whole file is meant.</summary>
    public long Line { get; }

    public string Reason { get; }
}
