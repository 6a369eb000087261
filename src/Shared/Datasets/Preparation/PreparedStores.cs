using System.Text.Json;
using DistTrain.Shared.Datasets.Stores;

namespace DistTrain.Shared.Datasets.Preparation;

/// <summary>Remembers which store was made from which inputs: a small file <c>KEY.json</c> beside the stores.</summary>
internal sealed class PreparedStores(string folder, Action<string> log)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>The store made before from the same inputs, when it is there and whole.</summary>
    /// <param name="isMeasured">Whether its <see cref="StoreRef.LengthFactor"/> is wanted.</param>
    public StoreRef? Find(string key, bool isMeasured)
    {
        if (!File.Exists(EntryPath(key))) return null;
        try
        {
            var entry = JsonSerializer.Deserialize<StoreRef>(File.ReadAllText(EntryPath(key))) ?? throw new JsonException("The file holds null.");
            var path = Path.Combine(folder, entry.Path);
            using var store = TokenStore.Open(path);
            return entry with { Path = path, LengthFactor = isMeasured ? entry.LengthFactor ?? LengthRatios.Of(store) : null };
        }
        catch (Exception problem) when (problem is DamagedStoreException or FileNotFoundException or JsonException)
        {
            log($"Data prepared before cannot be used and are prepared again: {problem.Message}");
            return null;
        }
    }

    public void Remember(string key, StoreRef store)
    {
        var temporary = $"{EntryPath(key)}.tmp";
        File.WriteAllText(temporary, JsonSerializer.Serialize(store with { Path = Path.GetFileName(store.Path) }, Indented));
        File.Move(temporary, EntryPath(key), overwrite: true);
    }

    private string EntryPath(string key) => Path.Combine(folder, $"{key}.json");
}
