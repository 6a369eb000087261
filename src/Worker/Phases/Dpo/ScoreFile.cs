using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using DistTrain.Worker.Logging;
using Microsoft.Extensions.Logging;

namespace DistTrain.Worker.Phases.Dpo;

/// <summary>A file of numbers named after everything that they depend on: it holds them, or it is not there.</summary>
internal sealed class ScoreFile
{
    private const int HashBytes = 16;
    private readonly string _path;
    private readonly ILogger _log;

    /// <param name="folder">Made when it is not there.</param>
    /// <param name="log">Where it is told that the file cannot be read or written.</param>
    /// <param name="dependsOn">Hashes of the weights, the tokenizer and the store.</param>
    public ScoreFile(string folder, ILogger log, params ReadOnlySpan<string> dependsOn)
    {
        _path = Path.Combine(folder, $"{Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes(string.Join('/', dependsOn))))}.scores");
        _log = log;
    }

    /// <summary>The numbers, or null when there is no such file, or it is damaged or cannot be read: then they are computed anew.</summary>
    public double[]? TryRead(int count)
    {
        if (!File.Exists(_path)) return null;
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(_path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogMessages.ScoresNotRead(_log, _path, e.Message);
            return null;
        }
        if (bytes.Length != count * sizeof(double) + HashBytes) return null;
        var numbers = bytes.AsSpan(0, bytes.Length - HashBytes);
        return XxHash128.Hash(numbers).AsSpan().SequenceEqual(bytes.AsSpan(numbers.Length))
            ? MemoryMarshal.Cast<byte, double>(numbers).ToArray() : null;
    }

    /// <summary>
    /// Writes the numbers, under a temporary name of its own first. Where that fails a warning says so, and they are computed anew another time.
    /// </summary>
    public void Write(double[] numbers)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            WriteUnder($"{_path}.{Guid.NewGuid():N}.tmp", MemoryMarshal.AsBytes<double>(numbers));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogMessages.ScoresNotKept(_log, _path, e.Message);
        }
    }

    private void WriteUnder(string temporary, ReadOnlySpan<byte> numbers)
    {
        try
        {
            File.WriteAllBytes(temporary, [.. numbers, .. XxHash128.Hash(numbers)]);
            File.Move(temporary, _path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
