using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using DistTrain.Shared.Datasets.Reading.Packing;

namespace DistTrain.Shared.Datasets.Preparation;

/// <summary>A hash of everything that a piece of prepared data was made from: equal keys, equal data.</summary>
internal sealed class PreparationKey
{
    /// <summary>Raised when the same inputs are to give other prepared data.</summary>
    private const int Version = 2;

    private readonly XxHash128 _hash = new();

    public PreparationKey(string of) => Add(of).Add(Version);

    public string Text => _hash.GetCurrentHashAsUInt128().ToString("x32", CultureInfo.InvariantCulture);

    public PreparationKey Add(string text)
    {
        // The length keeps ("ab", "c") and ("a", "bc") apart.
        Add(text.Length);
        _hash.Append(MemoryMarshal.AsBytes(text.AsSpan()));
        return this;
    }

    public PreparationKey Add(int number)
    {
        _hash.Append(MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in number)));
        return this;
    }

    /// <exception cref="DataFormatException">It is a pipe.</exception>
    public PreparationKey AddFile(string file)
    {
        RegularFile.Require(file, "a job reads its data several times");
        using var stream = File.OpenRead(file);
        var content = new XxHash128();
        content.Append(stream);
        return Add(content.GetCurrentHashAsUInt128().ToString("x32", CultureInfo.InvariantCulture));
    }
}
