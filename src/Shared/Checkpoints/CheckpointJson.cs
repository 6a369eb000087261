using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace DistTrain.Shared.Checkpoints;

/// <summary>The JSON files of a checkpoint: made to be read by people and by other programs.</summary>
public static partial class CheckpointJson
{
    public static void Write<T>(string folder, string name, T value)
    {
        using var stream = File.Create(Path.Combine(folder, name));
        JsonSerializer.Serialize(stream, value, Form<T>());
    }

    /// <exception cref="CheckpointDamagedException">The file is missing or cannot be read.</exception>
    public static T Read<T>(string folder, string name)
    {
        var file = Path.Combine(folder, name);
        if (!File.Exists(file)) throw new CheckpointDamagedException(file, "is missing");
        try
        {
            using var stream = File.OpenRead(file);
            return JsonSerializer.Deserialize(stream, Form<T>()) ?? throw new CheckpointDamagedException(file, "is empty");
        }
        catch (JsonException e)
        {
            throw new CheckpointDamagedException(file, $"cannot be read ({e.Message.TrimEnd('.')})", e);
        }
    }

    private static JsonTypeInfo<T> Form<T>() => (JsonTypeInfo<T>)CheckpointForms.Default.GetTypeInfo(typeof(T))!;

    /// <summary>Made by the compiler: what reflection finds out about the types costs a translation of one line a tenth of its time.</summary>
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true,
        Converters = [typeof(FiniteOrNull)])]
    [JsonSerializable(typeof(CheckpointManifest))]
    [JsonSerializable(typeof(CheckpointState))]
    private sealed partial class CheckpointForms : JsonSerializerContext;
}
