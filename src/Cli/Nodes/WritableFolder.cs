namespace DistTrain.Cli.Nodes;

/// <summary>
/// Whether a process can write where it is told to. Asked before it starts: a log that cannot be written is otherwise lost without a word.
/// </summary>
internal static class WritableFolder
{
    /// <param name="folder">Made when it is missing.</param>
    /// <param name="what">Names it in the sentence, such as <c>log folder</c>.</param>
    /// <param name="option">The option of the command line that names it.</param>
    /// <exception cref="IOException">It cannot be made, or nothing can be written into it.</exception>
    public static void Require(string folder, string what, string option)
    {
        try
        {
            Directory.CreateDirectory(folder);
            var probe = Path.Combine(folder, $".writable-{Environment.ProcessId}");
            File.Create(probe, 1, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The {what} '{Path.GetFullPath(folder)}' cannot be written ({failure.Message.TrimEnd('.')}). Give this user the " +
                $"right to write there, make room, or choose another folder with {option}.", failure);
        }
    }
}
