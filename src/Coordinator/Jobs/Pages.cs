namespace DistTrain.Coordinator.Jobs;

/// <summary>Cuts what clients read into pages that stay far below the transport's frame limit of 4 MB, however long a text in them is.</summary>
public static class Pages
{
    /// <summary>Items of a page.</summary>
    public const int MaxItems = 500;

    /// <summary>Characters of a page; the first item is there whatever its length.</summary>
    public const int MaxCharacters = 256 * 1024;

    /// <summary>About how many metrics take.</summary>
    public static int Characters(IReadOnlyDictionary<string, double>? metrics) => metrics?.Keys.Sum(name => 30 + name.Length) ?? 0;

    /// <param name="characters">About how many an item takes.</param>
    public static IReadOnlyList<T> First<T>(IEnumerable<T> items, Func<T, int> characters)
    {
        var page = new List<T>();
        var left = MaxCharacters;
        foreach (var item in items)
        {
            left -= characters(item);
            if (page.Count == MaxItems || (left < 0 && page.Count > 0)) break;
            page.Add(item);
        }
        return page;
    }
}
