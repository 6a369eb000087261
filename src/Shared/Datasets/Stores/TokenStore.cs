using System.IO.Hashing;
using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace DistTrain.Shared.Datasets.Stores;

/// <summary>
/// A data set as token ids: a table of examples by columns, each cell a sequence of tokens without BOS and EOS, or a text. Columns are source, target
/// and further references for translation; prompt, chosen and rejected for preferences.
/// </summary>
/// <remarks>The file is mapped into memory, not read: processes of one machine share its pages. Safe to read from several threads; not after
/// <see cref="Dispose"/>.</remarks>
public sealed unsafe class TokenStore : ITokenTable, IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly TokenStoreHead _head;
    private readonly int* _tokens;
    private readonly long* _starts;

    private TokenStore(MemoryMappedFile file, MemoryMappedViewAccessor view, byte* bytes, TokenStoreHead head)
    {
        (_file, _view, _head) = (file, view, head);
        _tokens = (int*)(bytes + TokenStoreHead.Size);
        _starts = (long*)(bytes + head.StartsAt);
    }

    /// <inheritdoc/>
    public int Count => (int)_head.Examples;

    /// <inheritdoc/>
    public int Columns => _head.Columns;

    /// <summary>
    /// Whether every column but the first holds texts (<see cref="TextCells"/>) instead of tokens, as those do that translations are compared with.
    /// </summary>
    public bool HoldsTexts => _head.HoldsTexts;

    /// <summary>Hash of the content, 32 hexadecimal digits; also the file's name.</summary>
    public string Hash => _head.HashText;

    /// <summary>Maps a store and verifies the hash of its content, which reads the whole file once.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DamagedStoreException">The file is cut off, changed, or no token store.</exception>
    public static TokenStore Open(string path)
    {
        using var handle = File.OpenHandle(path);
        var size = RandomAccess.GetLength(handle);
        var first = new byte[(int)Math.Min(size, TokenStoreHead.Size)];
        RandomAccess.Read(handle, first, 0);
        var (head, problem) = TokenStoreHead.Read(first);
        if (problem is not null) throw new DamagedStoreException(path, problem);
        if (size != head.FileSize) throw new DamagedStoreException(path, $"has {size} bytes, but its head tells of {head.FileSize}");
        if (HashOf(handle, head, size) != head.Hash) throw new DamagedStoreException(path, "does not have the content that its hash was made from");
        return Map(path, head);
    }

    /// <inheritdoc/>
    public ReadOnlySpan<int> Tokens(int column, int index)
    {
        var cell = Cell(column, index);
        var start = Start(_starts[cell]);
        return new ReadOnlySpan<int>(_tokens + start, (int)(Start(_starts[cell + 1]) - start));
    }

    /// <inheritdoc/>
    public int Length(int column, int index)
    {
        var cell = Cell(column, index);
        return _starts[cell] < 0 ? -1 : (int)(Start(_starts[cell + 1]) - _starts[cell]);
    }

    /// <inheritdoc/>
    public int[] Lengths(int column)
    {
        var lengths = new int[Count];
        for (var index = 0; index < lengths.Length; index++) lengths[index] = Length(column, index);
        return lengths;
    }

    public void Dispose()
    {
        if (!_view.SafeMemoryMappedViewHandle.IsClosed) _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    private long Cell(int column, int index)
    {
        ObjectDisposedException.ThrowIf(_view.SafeMemoryMappedViewHandle.IsClosed, this);
        if ((uint)column >= (uint)Columns) throw new ArgumentOutOfRangeException(nameof(column), column, $"The store has {Columns} columns.");
        if ((uint)index >= (uint)Count) throw new ArgumentOutOfRangeException(nameof(index), index, $"The store has {Count} examples.");
        return ((long)index * Columns) + column;
    }

    private static long Start(long stored) => stored < 0 ? ~stored : stored;

    private static UInt128 HashOf(SafeFileHandle handle, TokenStoreHead head, long size)
    {
        var hash = new XxHash128();
        var buffer = new byte[(int)Math.Min(size, 1 << 20)];
        for (long at = TokenStoreHead.Size; at < size;)
        {
            var read = RandomAccess.Read(handle, buffer, at);
            if (read == 0) break;
            hash.Append(buffer.AsSpan(0, read));
            at += read;
        }
        return head.Hashed(hash).Hash;
    }

    private static TokenStore Map(string path, TokenStoreHead head)
    {
        var file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        var view = file.CreateViewAccessor(0, head.FileSize, MemoryMappedFileAccess.Read);
        byte* bytes = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref bytes);
        var store = new TokenStore(file, view, bytes, head);
        if (store.StartsAreInOrder()) return store;
        store.Dispose();
        throw new DamagedStoreException(path, "has sequences that lie outside of its tokens");
    }

    // The hash shows that nothing was changed since it was made, not that whoever made it told the truth: what follows is read without further
    // checks.
    private bool StartsAreInOrder()
    {
        var before = 0L;
        for (var cell = 0L; cell <= _head.Examples * Columns; cell++)
        {
            var start = Start(_starts[cell]);
            if (start < before || start > _head.Tokens || start - before > int.MaxValue) return false;
            before = start;
        }
        return true;
    }
}
