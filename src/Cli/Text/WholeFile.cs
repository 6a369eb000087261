using System.IO.Compression;
using System.Runtime.InteropServices;
using DistTrain.Cli.Terminal;
using DistTrain.Shared.Datasets.Reading.Files;

namespace DistTrain.Cli.Text;

/// <summary>
/// A text file that comes to be whole or not at all: it is written beside its place and moved there when it is complete. Gzip when its name ends in
/// .gz.
/// </summary>
internal sealed class WholeFile : IDisposable
{
    /// <summary>Head and end of a gzip member without content (RFC 1952).</summary>
    private static readonly byte[] EmptyMember = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    private readonly string _path, _beside;
    private readonly bool _isPacked;
    private readonly List<PosixSignalRegistration> _signals = [];

    /// <param name="endsAtOnce">SIGINT, SIGTERM and SIGHUP end the process without <see cref="Dispose"/>: then they also remove what is not
    /// complete.</param>
    /// <exception cref="UsageException">The path is no place for a file, or its folder is not there.</exception>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public WholeFile(FileInfo file, bool endsAtOnce = false)
    {
        _path = file.FullName;
        if (Directory.Exists(_path) || _path.StartsWith("/dev/", StringComparison.Ordinal))
            throw new UsageException($"'{file}' is {(Directory.Exists(_path) ? "a folder" : "a device")}. Name a file, or leave the option out.");
        if (!Directory.Exists(file.DirectoryName))
            throw new UsageException($"'{file}' cannot be written: there is no folder '{file.DirectoryName}'. Make it, or name another file.");
        _isPacked = _path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
        if (!_isPacked && TextFile.IsPacked(_path))
            throw new UsageException($"'{file}' would not be packed as its name says: only gzip is written. End its name in .gz, or in something " +
                "else.");
        _beside = $"{_path}.{Environment.ProcessId}.tmp";
        Stream stream = new FileStream(_beside, FileMode.Create, FileAccess.Write, FileShare.None);
        if (endsAtOnce)
            foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP })
                _signals.Add(PosixSignalRegistration.Create(signal, _ => File.Delete(_beside)));
        Writer = new StreamWriter(_isPacked ? new GZipStream(stream, CompressionLevel.Optimal) : stream) { NewLine = "\n" };
    }

    public StreamWriter Writer { get; }

    /// <summary>Nothing more comes: puts the file in its place.</summary>
    public void Complete()
    {
        Writer.Dispose();
        // Of nothing .NET writes not even the head that gunzip wants to see.
        if (_isPacked && new FileInfo(_beside).Length == 0) File.WriteAllBytes(_beside, EmptyMember);
        File.Move(_beside, _path, overwrite: true);
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
            File.Delete(_beside);
            foreach (var signal in _signals) signal.Dispose();
        }
    }
}
