using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;

namespace DistTrain.Worker.Data;

/// <summary>A file of numbers named after everything that they depend on: it holds them, or it is not there.</summary>
internal sealed class ScoreFile
{
    private const int HashBytes = 16;
    private readonly string path;

    /// <param name="folder">Made when it is not there.</param>
    /// <param name="dependsOn">Hashes of the weights, the tokenizer and the store.</param>
    public ScoreFile(string folder, params ReadOnlySpan<string> dependsOn) =>
        path = Path.Combine(folder, $"{Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes(string.Join('/', dependsOn))))}.scores");

    /// <summary>The numbers, or null when there is no such file or it is damaged: then they are computed anew.</summary>
    public double[]? TryRead(int count)
    {
        if (!File.Exists(path)) return null;
        var bytes = File.ReadAllBytes(path);
        if (bytes.Length != count * sizeof(double) + HashBytes) return null;
        var numbers = bytes.AsSpan(0, bytes.Length - HashBytes);
        return XxHash128.Hash(numbers).AsSpan().SequenceEqual(bytes.AsSpan(numbers.Length)) ? MemoryMarshal.Cast<byte, double>(numbers).ToArray() : null;
    }

    /// <summary>Writes the numbers, under a temporary name first.</summary>
    public void Write(double[] numbers)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var bytes = MemoryMarshal.AsBytes<double>(numbers);
        File.WriteAllBytes(path + ".tmp", [.. bytes, .. XxHash128.Hash(bytes)]);
        File.Move(path + ".tmp", path, overwrite: true);
    }
}
