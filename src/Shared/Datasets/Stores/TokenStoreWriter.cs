using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace DistTrain.Shared.Datasets.Stores;

/// <summary>
/// Writes a token store example by example, under a temporary name; <see cref="Complete"/> gives it its name. Disposing an incomplete writer deletes
/// what was written.
/// </summary>
public sealed class TokenStoreWriter : IDisposable
{
    private readonly string _folder;
    private readonly string _temporary;
    private readonly FileStream _stream;
    private readonly XxHash128 _hash = new();
    private readonly List<long> _starts = [];
    private readonly int _columns;
    private readonly bool _holdsTexts;
    private long _tokens;
    private bool _completed;

    /// <summary>Begins a store.</summary>
    /// <param name="folder">Where the file will be; made when it is not there.</param>
    /// <param name="columns">Sequences of each example, at least 1.</param>
    /// <param name="holdsTexts">See <see cref="TokenStore.HoldsTexts"/>.</param>
    public TokenStoreWriter(string folder, int columns, bool holdsTexts = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        (_folder, _columns, _holdsTexts) = (folder, columns, holdsTexts);
        Directory.CreateDirectory(folder);
        _temporary = Path.Combine(folder, $"{Guid.NewGuid():N}.tmp");
        _stream = new FileStream(_temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
        _stream.Write(new byte[TokenStoreHead.Size]);
    }

    /// <summary>Examples written so far.</summary>
    public int Count => _starts.Count / _columns;

    /// <summary>Adds an example.</summary>
    /// <param name="sequences">Token ids, or a text as <see cref="TextCells"/> has it, for each column; null for an absent one, and columns missing
    /// at the end are absent.</param>
    public void Add(params ReadOnlySpan<int[]?> sequences)
    {
        if (sequences.Length > _columns)
            throw new ArgumentException($"An example of {sequences.Length} sequences does not fit a store of {_columns} columns.", nameof(sequences));
        for (var column = 0; column < _columns; column++)
        {
            var tokens = column < sequences.Length ? sequences[column] : null;
            _starts.Add(tokens is null ? ~_tokens : _tokens);
            if (tokens is null) continue;
            Write(MemoryMarshal.AsBytes(tokens.AsSpan()));
            _tokens += tokens.Length;
        }
    }

    /// <summary>Flushes the store to the disk and names it by its content.</summary>
    /// <returns>The path and the hash. Where a file of that name was already, it is replaced by its equal.</returns>
    public (string Path, string Hash) Complete()
    {
        var head = new TokenStoreHead(_columns, Count, _tokens, _holdsTexts, default);
        _starts.Add(_tokens);
        if (_tokens % 2 == 1) Write(new byte[sizeof(int)]);
        Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_starts)));
        head = head.Hashed(_hash);
        var bytes = new byte[TokenStoreHead.Size];
        head.Write(bytes);
        _stream.Position = 0;
        _stream.Write(bytes);
        _stream.Flush(flushToDisk: true);
        _stream.Dispose();
        var path = Path.Combine(_folder, $"{head.HashText}.tokens");
        File.Move(_temporary, path, overwrite: true);
        _completed = true;
        return (path, head.HashText);
    }

    public void Dispose()
    {
        _stream.Dispose();
        if (!_completed) File.Delete(_temporary);
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        _hash.Append(bytes);
        _stream.Write(bytes);
    }
}
