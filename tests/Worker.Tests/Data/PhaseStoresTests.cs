using DistTrain.Shared.Datasets.Preparation;
using DistTrain.Shared.Datasets.Stores;
using DistTrain.Worker.Data;

namespace DistTrain.Worker.Tests.Data;

public sealed class PhaseStoresTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("disttrain-stores-").FullName;

    [Fact]
    public void Open_TheSecondIsDamaged_LetsGoOfTheFirst()
    {
        var (train, validation) = (Store(1), Store(2));
        File.AppendAllText(validation.Path, "more");

        Assert.Throws<DamagedStoreException>(() => new PhaseStores(new PreparedPhase("pretrain", train, validation, null)));

        // What a process has mapped; only Linux tells.
        var mapped = OperatingSystem.IsLinux() ? File.ReadAllLines("/proc/self/maps") : [];
        Assert.DoesNotContain(mapped, line => line.EndsWith(train.Path, StringComparison.Ordinal));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private StoreRef Store(int token)
    {
        using var writer = new TokenStoreWriter(_folder, columns: 2);
        writer.Add([token], [token]);
        var (path, hash) = writer.Complete();
        return new StoreRef(path, hash, 1, 1, 1, 0);
    }
}
