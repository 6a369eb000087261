using System.Text.Json;

namespace DistTrain.Model.Weights;

/// <summary>What a safetensors header says of one tensor.</summary>
/// <param name="Type">F32, I64, ...</param>
/// <param name="Begin">First byte, counted from the end of the header.</param>
/// <param name="End">The byte after the last.</param>
public sealed record SafetensorsEntry(string Type, IReadOnlyList<long> Shape, long Begin, long End)
{
    /// <summary>Bytes of one element; 0 for a type whose size is not known here.</summary>
    internal static int SizeOf(string type) => type switch
    {
        "F32" => sizeof(float),
        "I64" => sizeof(long),
        _ => 0,
    };

    /// <exception cref="FormatException">The entry contradicts itself; the message says how.</exception>
    internal static SafetensorsEntry Parse(JsonElement json)
    {
        var type = json.GetProperty("dtype").GetString() ?? "";
        var shape = json.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()).ToList();
        var offsets = json.GetProperty("data_offsets");
        if (offsets.GetArrayLength() != 2) throw new FormatException("its data_offsets are not two numbers");
        var entry = new SafetensorsEntry(type, shape, offsets[0].GetInt64(), offsets[1].GetInt64());
        if (shape.Any(size => size < 0) || entry.Begin < 0 || entry.End < entry.Begin) throw new FormatException("a size or an offset is negative");
        var elements = shape.Aggregate(1L, (product, size) => checked(product * size));
        if (SizeOf(type) is var bytes and > 0 && entry.End - entry.Begin != checked(elements * bytes))
            throw new FormatException($"its offsets hold {entry.End - entry.Begin} bytes, but its shape takes {elements * bytes}");
        return entry;
    }
}
