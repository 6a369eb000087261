using System.Globalization;
using DistTrain.Worker.Collectives;

namespace DistTrain.Worker.Training;

/// <summary>Finds members whose parameters are not bit for bit those of the others: damaged memory, or code that is not deterministic.</summary>
internal static class MemberHashes
{
    /// <summary>Compares the members' hashes; every member must call it.</summary>
    /// <param name="hash">Hexadecimal digits, at least 8.</param>
    /// <exception cref="TrainingException">A member has another hash than most; it is named.</exception>
    public static void Compare(IAllReduce ring, IReadOnlyList<string> workers, string hash, long step)
    {
        // A double holds 32 bits exactly, and each slot is the sum of one number and zeros.
        var hashes = new double[ring.Size];
        hashes[ring.Rank] = uint.Parse(hash.AsSpan(0, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        ring.Sum(hashes);
        var usual = hashes.GroupBy(value => value).MaxBy(group => group.Count())!.Key;
        var odd = workers.Where((_, rank) => hashes[rank] != usual).ToList();
        if (odd.Count > 0)
            throw new TrainingException(
                $"After step {step} the parameters of {string.Join(", ", odd)} differ from those of the other members. Check the memory of those " +
                    "machines, and that all run the same DistTrain and libtorch; then go on with 'disttrain resume'.");
    }
}
