using System.Security.Cryptography;
using System.Text;
using DistTrain.Shared.Protocol;

namespace DistTrain.Shared.Transfer;

/// <summary>
/// What a coordinator's store goes by from one life to the next, in its state folder: a key, so that members that train on while it is away can bring
/// it their checkpoints afterwards.
/// </summary>
internal sealed class StoreKeys
{
    private const int KeyBytes = 32, MarkDigits = 32;

    private readonly byte[] _key;

    private StoreKeys(byte[] key) => _key = key;

    /// <summary>Those of a state folder, which are made where there are none.</summary>
    /// <exception cref="IOException">The file cannot be read or written.</exception>
    public static StoreKeys In(string state)
    {
        Directory.CreateDirectory(state);
        var file = Path.Combine(state, "store.key");
        if (File.Exists(file) && File.ReadAllBytes(file) is { Length: KeyBytes } known) return new(known);
        var key = RandomNumberGenerator.GetBytes(KeyBytes);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        // Whoever reads it can write the checkpoints of every job.
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var stream = new FileStream(file, options)) stream.Write(key);
        return new(key);
    }

    /// <summary>What a member of a job shows.</summary>
    public string Token(JobId job) => Derive("token", job);

    /// <summary>What stands in the job's folder; it tells nothing of the token.</summary>
    public string Mark(JobId job) => Derive("mark", job)[..MarkDigits];

    /// <summary>Whether somebody shows the token of a job. Takes as long for a wrong one as for the right one.</summary>
    public bool IsToken(JobId job, string token) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Token(job)), Encoding.UTF8.GetBytes(token));

    private string Derive(string use, JobId job) => Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{use}/{job.Value}")));
}
