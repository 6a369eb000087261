namespace DistTrain.Cli.Local;

/// <summary>
/// A file that lines are appended to as they come, by any thread. While it cannot be written, on a full disk say, lines are lost, and the file
/// says how many and why as soon as it can be written again: what a process prints is no reason to end anything.
/// </summary>
internal sealed class OutputFile
{
    private readonly Lock _gate = new();
    private readonly string _path;
    private long _lost;
    private string _because = "";

    /// <exception cref="IOException">The file cannot be made.</exception>
    public OutputFile(string path)
    {
        _path = path;
        File.AppendAllText(path, "");
    }

    /// <param name="line">Null is the end of a process's output.</param>
    public void Add(string? line)
    {
        if (line is null) return;
        lock (_gate)
        {
            try
            {
                // Half a line may stand before those that are missing.
                File.AppendAllText(_path, (_lost == 0 ? "" : $"\n({_lost} lines are missing here: {_because})\n") + line + "\n");
                _lost = 0;
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                _lost++;
                _because = failure.Message;
            }
        }
    }
}
