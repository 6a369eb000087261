using System.IO.Hashing;

namespace DistTrain.Shared.Transfer;

/// <summary>Files one after the other on a link: head, bytes, hash of the bytes; the last head has no name.</summary>
internal static class SentFiles
{
    private const int Block = 1 << 16, HashBytes = 16, MostFiles = 1_000;

    /// <summary>Sends files of a folder.</summary>
    /// <returns>Their bytes.</returns>
    /// <exception cref="IOException">The link is gone, or a file cannot be read.</exception>
    public static long Send(Stream link, string folder, IEnumerable<string> names)
    {
        var sum = 0L;
        foreach (var name in names)
        {
            using var file = File.OpenRead(Path.Combine(folder, name));
            var length = file.Length;
            new FileHead(name, length).Send(link);
            link.Write(Copy(file, link, length));
            sum += length;
        }
        FileHead.End.Send(link);
        return sum;
    }

    /// <summary>Writes what is sent into a folder, and verifies it.</summary>
    /// <returns>The bytes of the files.</returns>
    /// <exception cref="InvalidDataException">It is not what was sent.</exception>
    /// <exception cref="IOException">The link is gone, or a file cannot be written.</exception>
    public static long Receive(Stream link, string folder)
    {
        var sum = 0L;
        var hash = new byte[HashBytes];
        for (var count = 0; FileHead.Receive(link) is { Name.Length: > 0 } head; count++)
        {
            // A name is a name: nothing is written outside the folder.
            if (head.Name != Path.GetFileName(head.Name) || head.Name is "." or ".." || head.Name.Contains('\0') || head.Length < 0
                || count == MostFiles)
                throw new InvalidDataException("sent a file that has no name or length of one");
            using var file = File.Create(Path.Combine(folder, head.Name));
            var received = Copy(link, file, head.Length);
            link.ReadExactly(hash);
            if (!hash.AsSpan().SequenceEqual(received)) throw new InvalidDataException($"sent '{head.Name}', which was changed on its way");
            sum += head.Length;
        }
        return sum;
    }

    /// <returns>The hash of what was copied.</returns>
    private static byte[] Copy(Stream from, Stream to, long length)
    {
        var hash = new XxHash128();
        var buffer = new byte[Block];
        for (var left = length; left > 0;)
        {
            var block = buffer.AsSpan(0, (int)Math.Min(left, Block));
            from.ReadExactly(block);
            hash.Append(block);
            to.Write(block);
            left -= block.Length;
        }
        return hash.GetCurrentHash();
    }
}
