using System.IO.Compression;
using System.Runtime.InteropServices;
using DistTrain.Shared.Datasets.Reading;

namespace DistTrain.Cli.Text;

/// <summary>
/// A text file that comes to be whole or not at all: it is written beside its place and moved there when it is complete. Gzip when its name ends in .gz.
/// </summary>
internal sealed class WholeFile : IDisposable
{
    /// <summary>Head and end of a gzip member without content (RFC 1952).</summary>
    private static readonly byte[] EmptyMember = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    private readonly string path, beside;
    private readonly bool isPacked;
    private readonly List<PosixSignalRegistration> signals = [];

    /// <param name="endsAtOnce">SIGINT, SIGTERM and SIGHUP end the process without <see cref="Dispose"/>: then they also remove what is not complete.</param>
    /// <exception cref="UsageException">The path is no place for a file.</exception>
    /// <exception cref="IOException">The folder is not there or cannot be written to.</exception>
    public WholeFile(FileInfo file, bool endsAtOnce = false)
    {
        path = file.FullName;
        if (Directory.Exists(path) || path.StartsWith("/dev/", StringComparison.Ordinal)) throw new UsageException($"'{file}' is {(Directory.Exists(path) ? "a folder" : "a device")}. Name a file, or leave the option out.");
        isPacked = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
        if (!isPacked && TextFile.IsPacked(path))
            throw new UsageException($"'{file}' would not be packed as its name says: only gzip is written. End its name in .gz, or in something else.");
        beside = $"{path}.{Environment.ProcessId}.tmp";
        Stream stream = new FileStream(beside, FileMode.Create, FileAccess.Write, FileShare.None);
        if (endsAtOnce)
            foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP })
                signals.Add(PosixSignalRegistration.Create(signal, _ => File.Delete(beside)));
        Writer = new StreamWriter(isPacked ? new GZipStream(stream, CompressionLevel.Optimal) : stream) { NewLine = "\n" };
    }

    public StreamWriter Writer { get; }

    /// <summary>Nothing more comes: puts the file in its place.</summary>
    public void Complete()
    {
        Writer.Dispose();
        // Of nothing .NET writes not even the head that gunzip wants to see.
        if (isPacked && new FileInfo(beside).Length == 0) File.WriteAllBytes(beside, EmptyMember);
        File.Move(beside, path, overwrite: true);
    }

    /// <summary>Leaves nothing behind of a file that was not completed.</summary>
    public void Dispose()
    {
        try
        {
            Writer.Dispose();
        }
        finally
        {
            File.Delete(beside);
            foreach (var signal in signals) signal.Dispose();
        }
    }
}
