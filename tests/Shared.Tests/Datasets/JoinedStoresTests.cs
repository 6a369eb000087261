using CsCheck;
using DistTrain.Shared.Datasets.Stores;

namespace DistTrain.Shared.Tests.Datasets;

public sealed class JoinedStoresTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("disttrain-joined-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Tokens_AnyStores_AreThoseOfOneStoreWithAllExamples()
    {
        var row = Gen.Int[0, 500].Array[0, 5].Null().Array[2];
        row.Array[0, 5].Array[1, 4].Sample(tables =>
        {
            List<TokenStore> stores = [.. tables.Select(rows => Store(rows))];
            using var whole = Store([.. tables.SelectMany(rows => rows)]);
            var joined = new JoinedStores(stores);
            Assert.Equal((whole.Count, whole.Columns), (joined.Count, joined.Columns));
            for (var column = 0; column < 2; column++)
            {
                Assert.Equal(whole.Lengths(column), joined.Lengths(column));
                for (var index = 0; index < whole.Count; index++)
                {
                    Assert.Equal(whole.Length(column, index), joined.Length(column, index));
                    Assert.Equal(whole.Tokens(column, index).ToArray(), joined.Tokens(column, index).ToArray());
                }
            }
            Assert.Throws<ArgumentOutOfRangeException>(() => joined.Length(0, joined.Count));
            Assert.Throws<ArgumentOutOfRangeException>(() => joined.Length(0, -1));
            stores.ForEach(store => store.Dispose());
        }, iter: 60, threads: 1);
    }

    [Fact]
    public void HashOf_OneAndSeveral_IsItsOwnAndOneOfAllInOrder()
    {
        Assert.Equal("a", JoinedStores.HashOf(["a"]));
        string[] hashes = [JoinedStores.HashOf(["a", "b"]), JoinedStores.HashOf(["b", "a"]), JoinedStores.HashOf(["a", "b", "b"]), "a", "b"];
        Assert.Equal(hashes.Length, hashes.Distinct().Count());
    }

    [Fact]
    public void Constructor_OtherColumns_Refuses()
    {
        using var two = Store([[[1], [2]]]);
        using var three = Store([[[1], [2], [3]]], columns: 3);
        Assert.Throws<ArgumentException>(() => new JoinedStores([two, three]));
        Assert.Throws<ArgumentException>(() => new JoinedStores([]));
    }

    private TokenStore Store(int[]?[][] rows, int columns = 2)
    {
        using var writer = new TokenStoreWriter(_folder, columns);
        foreach (var cells in rows) writer.Add(cells);
        return TokenStore.Open(writer.Complete().Path);
    }
}
