namespace DistTrain.Shared.Checkpoints;

/// <summary>
/// The changes by which checkpoints are made, replaced and dropped. A process may die before any of them: what is there then is whole, or has a
/// temporary name.
/// </summary>
/// <param name="before">Called before each change with its kind and the path that it is about; null: nobody listens.</param>
internal sealed class CheckpointDisk(Action<string, string>? before = null)
{
    public static CheckpointDisk Real { get; } = new();

    public void CreateFolder(string folder)
    {
        before?.Invoke("create", folder);
        Directory.CreateDirectory(folder);
    }

    /// <summary>Gives a folder another name.</summary>
    /// <exception cref="IOException">It is gone, or there is one of that name.</exception>
    public void Move(string folder, string to)
    {
        before?.Invoke("move", folder);
        Directory.Move(folder, to);
    }

    /// <summary>Removes a folder of files.</summary>
    public void Remove(string folder)
    {
        foreach (var file in Directory.GetFiles(folder)) RemoveFile(file);
        before?.Invoke("remove", folder);
        Directory.Delete(folder, recursive: true);
    }

    public void RemoveFile(string file)
    {
        before?.Invoke("remove", file);
        File.Delete(file);
    }

    /// <summary>Makes an empty file; one that is there stays.</summary>
    public void CreateFile(string file)
    {
        before?.Invoke("create", file);
        File.Open(file, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite).Dispose();
    }

    /// <summary>Writes a file, or replaces it at once: whoever reads it finds the former text or the new one.</summary>
    public void WriteText(string file, string text)
    {
        var temporary = file + ".tmp";
        before?.Invoke("write", temporary);
        using (var stream = new StreamWriter(temporary)) stream.Write(text);
        before?.Invoke("flush", temporary);
        DurableFiles.FlushFile(temporary);
        before?.Invoke("move", temporary);
        File.Move(temporary, file, overwrite: true);
    }

    /// <summary>See <see cref="DurableFiles.FlushAll"/>.</summary>
    public void FlushAll(string folder)
    {
        before?.Invoke("flush", folder);
        DurableFiles.FlushAll(folder);
    }

    /// <summary>See <see cref="DurableFiles.FlushFolder"/>.</summary>
    public void FlushFolder(string folder)
    {
        before?.Invoke("flush", folder);
        DurableFiles.FlushFolder(folder);
    }
}
