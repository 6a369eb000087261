using System.IO.MemoryMappedFiles;

namespace DistTrain.Model.Weights;

/// <summary>Another process's <see cref="SharedMemory"/>, to be read. It stays readable when that process has ended.</summary>
public sealed unsafe class SharedView : IDisposable
{
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;

    private SharedView(MemoryMappedViewAccessor view, long length)
    {
        (_view, Length) = (view, length);
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
    }

    /// <summary>In bytes.</summary>
    public long Length { get; }

    /// <summary>Maps the memory.</summary>
    /// <param name="path">See <see cref="SharedMemory.Path"/>.</param>
    /// <param name="name">See <see cref="SharedMemory.Name"/>.</param>
    /// <param name="length">In bytes.</param>
    /// <param name="why">When the result is null: why it cannot be mapped here, without a full stop.</param>
    public static SharedView? TryOpen(string path, string name, long length, out string why)
    {
        why = "";
        try
        {
            if (new FileInfo(path).LinkTarget != $"/memfd:{name} (deleted)")
            {
                why = $"there is no {name} at {path}: its process is in a container of its own, or has ended";
                return null;
            }
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            if (RandomAccess.GetLength(file) != length)
            {
                why = $"{path} has {RandomAccess.GetLength(file)} bytes, not {length}";
                return null;
            }
            if (!SharedMemory.KeepsItsLength(file))
            {
                why = $"the length of {path} is not sealed, so that another process could take away what is read";
                return null;
            }
            using var memory = MemoryMappedFile.CreateFromFile(file, mapName: null, capacity: 0, MemoryMappedFileAccess.Read,
                HandleInheritability.None, leaveOpen: true);
            return new SharedView(memory.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read), length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            why = e.Message.TrimEnd('.');
            return null;
        }
    }

    /// <summary>Valid until this object is disposed.</summary>
    /// <param name="place">From 0.</param>
    /// <param name="length">Within <see cref="Length"/>, from <paramref name="place"/>.</param>
    public ReadOnlySpan<byte> Bytes(long place, int length) => new(_start + place, length);

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
    }
}
