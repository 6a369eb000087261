using System.Globalization;
using DistTrain.Worker.Collectives;

namespace DistTrain.Worker.Training;

/// <summary>Finds members whose parameters are not bit for bit those of the others: damaged memory, or code that is not deterministic.</summary>
internal static class MemberHashes
{
    /// <summary>Compares the members' hashes; every member must call it.</summary>
    /// <param name="hash">Hexadecimal digits, at least 8.</param>
    /// <exception cref="WorkerFaultException">A member has another hash than most; it is named.</exception>
    /// <exception cref="MembersDifferException">No hash is that of most members.</exception>
    public static void Compare(IAllReduce ring, IReadOnlyList<string> workers, string hash, long step)
    {
        // A double holds 32 bits exactly, and each slot is the sum of one number and zeros.
        var hashes = new double[ring.Size];
        hashes[ring.Rank] = uint.Parse(hash.AsSpan(0, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        ring.Sum(hashes);
        var usual = hashes.CountBy(value => value).MaxBy(group => group.Value);
        if (usual.Value == ring.Size) return;
        const string Remedy = "Check the memory of those machines, and that all run the same DistTrain and libtorch.";
        if (2 * usual.Value <= ring.Size)
            throw new MembersDifferException(
                $"After step {step} the parameters of {string.Join(" and ", workers)} differ, and nobody knows whose are right: the last " +
                    $"checkpoint counts. {Remedy}");
        var odd = workers.Where((_, rank) => !hashes[rank].Equals(usual.Key)).ToList();
        throw new WorkerFaultException(
            odd, $"After step {step} the parameters of {string.Join(", ", odd)} differ from those of the other members. {Remedy}");
    }
}
