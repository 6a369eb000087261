using System.Text.Json;
using DistTrain.Shared.Wire;

namespace DistTrain.Shared.Checkpoints;

/// <summary>The JSON files of a checkpoint: made to be read by people and by other programs.</summary>
public static class CheckpointJson
{
    private static readonly JsonSerializerOptions Form = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Converters = { new FiniteOrNull() },
    };

    public static void Write<T>(string folder, string name, T value)
    {
        using var stream = File.Create(Path.Combine(folder, name));
        JsonSerializer.Serialize(stream, value, Form);
    }

    /// <exception cref="CheckpointDamagedException">The file is missing or cannot be read.</exception>
    public static T Read<T>(string folder, string name)
    {
        var file = Path.Combine(folder, name);
        if (!File.Exists(file)) throw new CheckpointDamagedException(file, "is missing");
        try
        {
            using var stream = File.OpenRead(file);
            return JsonSerializer.Deserialize<T>(stream, Form) ?? throw new CheckpointDamagedException(file, "is empty");
        }
        catch (JsonException e)
        {
            throw new CheckpointDamagedException(file, $"cannot be read ({e.Message.TrimEnd('.')})", e);
        }
    }
}
