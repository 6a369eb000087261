using System.IO.Hashing;
using System.Text;

namespace DistTrain.Shared.Datasets.Stores;

/// <summary>Several stores of equal columns as one table: the examples of the first, then those of the second, and so on.</summary>
public sealed class JoinedStores : ITokenTable
{
    private readonly ITokenTable[] _stores;
    private readonly int[] _firsts;

    /// <param name="stores">At least one. They are not disposed of here.</param>
    /// <exception cref="ArgumentException">There are none, their columns differ, or there are more than 2,147,483,647 examples together.</exception>
    public JoinedStores(IReadOnlyList<ITokenTable> stores)
    {
        if (stores.Select(store => store.Columns).Distinct().Count() != 1)
            throw new ArgumentException("Stores that are joined must be there and have equal columns.", nameof(stores));
        if (stores.Sum(store => (long)store.Count) > int.MaxValue)
            throw new ArgumentException($"The training sets of a phase may have {int.MaxValue} examples together, but these have more.",
                nameof(stores));
        _stores = [.. stores];
        _firsts = new int[_stores.Length];
        for (var i = 1; i < _stores.Length; i++) _firsts[i] = _firsts[i - 1] + _stores[i - 1].Count;
        Count = _firsts[^1] + _stores[^1].Count;
        Hash = HashOf([.. _stores.Select(store => store.Hash)]);
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public int Columns => _stores[0].Columns;

    /// <inheritdoc/>
    public string Hash { get; }

    /// <summary>The hash of stores with these hashes, one after the other; of a single one its own.</summary>
    public static string HashOf(IReadOnlyList<string> hashes) =>
        hashes is [var only] ? only : Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes(string.Join('/', hashes))));

    /// <inheritdoc/>
    public ReadOnlySpan<int> Tokens(int column, int index)
    {
        var store = StoreOf(index);
        return _stores[store].Tokens(column, index - _firsts[store]);
    }

    /// <inheritdoc/>
    public int Length(int column, int index)
    {
        var store = StoreOf(index);
        return _stores[store].Length(column, index - _firsts[store]);
    }

    /// <inheritdoc/>
    public int[] Lengths(int column) => [.. _stores.SelectMany(store => store.Lengths(column))];

    private int StoreOf(int index)
    {
        if ((uint)index >= (uint)Count) throw new ArgumentOutOfRangeException(nameof(index), index, $"The stores have {Count} examples.");
        // Of an empty store and the one behind it, which begin at the same number, the last has the example.
        var store = Array.BinarySearch(_firsts, index);
        if (store < 0) return ~store - 1;
        while (store + 1 < _firsts.Length && _firsts[store + 1] == index) store++;
        return store;
    }
}
