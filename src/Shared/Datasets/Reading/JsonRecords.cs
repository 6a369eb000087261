using System.Text.Json;
using System.Text.Unicode;
using DistTrain.Shared.Datasets.Reading.Files;
using DistTrain.Shared.Datasets.Reading.Packing;

namespace DistTrain.Shared.Datasets.Reading;

/// <summary>
/// Reads records that are JSON objects: one on each line, of which blank ones are skipped, or, in a file whose name ends in .json, in one list.
/// </summary>
/// <remarks>The list may lie in an object that holds no other list, such as <c>{"data": [...]}</c>. It is read into memory as a whole; lines are not.
/// Many .json files hold lines: they are read too.</remarks>
internal static class JsonRecords
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>
    /// The records of a file without the bad ones, which are reported with the number of their line or, of a list, their place in it, counted from 1.
    /// </summary>
    /// <param name="parse">Null for what holds no record.</param>
    /// <exception cref="DataFormatException">There are more bad records than tolerated, or there is no list.</exception>
    public static IEnumerable<T> Read<T>(string file, BadRecords bad, Func<JsonElement, T?> parse)
        where T : class =>
        !PackedFile.Plain(file).EndsWith(".json", StringComparison.OrdinalIgnoreCase) || HoldsLines(file)
            ? Records.Read(file, bad, line => string.IsNullOrWhiteSpace(line) ? null : parse(JsonRecord.Parse(line)))
            : ReadList(file, bad, parse);

    /// <summary>A whole object on the first of several lines is no list; one alone is a record unless it holds the list.</summary>
    private static bool HoldsLines(string file)
    {
        RegularFile.Require(file, "a .json file is looked at before it is read, since it may hold a list or lines");
        try
        {
            List<string> lines = [.. TextLines.Read(file).Take(NotText.Sample).Where(line => Utf8.IsValid(line.Bytes.Span)).Select(line => line.Text)
                .Where(line => !string.IsNullOrWhiteSpace(line)).Take(2)];
            return lines.Count > 0 && IsObject(lines[0], mayHoldList: lines.Count > 1);
        }
        catch (DataFormatException)
        {
            // A list on one line may be longer than a line of text; damage is told by who reads it.
            return false;
        }
    }

    private static bool IsObject(string line, bool mayHoldList)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && (mayHoldList || !document.RootElement.EnumerateObject().Any(IsListOfRecords));
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static IEnumerable<T> ReadList<T>(string file, BadRecords bad, Func<JsonElement, T?> parse)
        where T : class
    {
        using var document = Parse(file);
        var place = 0L;
        foreach (var item in List(file, document.RootElement).EnumerateArray())
            if (Records.Parse(file, ++place, bad, () => parse(JsonRecord.Object(item, "record"))) is { } record) yield return record;
    }

    private static JsonDocument Parse(string file)
    {
        var bytes = Bytes(file);
        var text = bytes.Span.StartsWith(ByteOrderMark) ? bytes[ByteOrderMark.Length..] : bytes;
        if (!Utf8.IsValid(text.Span)) throw new DataFormatException(file, 0, "The file is not valid UTF-8.", "Convert it, for example with iconv.");
        try
        {
            return JsonDocument.Parse(text);
        }
        catch (JsonException problem)
        {
            throw new DataFormatException(file,
                (problem.LineNumber ?? 0) + 1, $"The file is not valid JSON from byte {problem.BytePositionInLine + 1} of this line on.",
                "Correct it, or give a file of JSON lines.");
        }
    }

    private static ReadOnlyMemory<byte> Bytes(string name)
    {
        using var file = PackedFile.Open(name);
        using var content = new MemoryStream();
        try
        {
            file.Content.CopyTo(content);
        }
        catch (InvalidDataException)
        {
            throw new DataFormatException(name, 0, $"The {file.Packing} data are damaged or cut off.", "Pack the file or get it again.");
        }
        catch (IOException) when (content.Length > int.MaxValue / 2)
        {
            throw new DataFormatException(name, 0, "The list is larger than 2 GiB.", "Give a file of JSON lines, which is read line by line.");
        }
        return content.GetBuffer().AsMemory(0, (int)content.Length);
    }

    private static JsonElement List(string file, JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.Array) return root;
        if (root.ValueKind != JsonValueKind.Object)
            throw new DataFormatException(file, 0, $"The file is {JsonRecord.Kind(root)}, but must be a list of records.",
                "Give a list, or JSON lines.");
        List<JsonProperty> lists = [.. root.EnumerateObject().Where(IsListOfRecords)];
        if (lists.Count == 1) return lists[0].Value;
        var found = lists.Count == 0
            ? "no list of records"
            : $"{lists.Count} lists of records ({string.Join(", ", lists.Select(list => $"'{list.Name}'"))})";
        throw new DataFormatException(
            file, 0, $"The file is an object with {found}, but must be a list or hold one.", "Give a list of records, or JSON lines.");
    }

    private static bool IsListOfRecords(JsonProperty property) =>
        property.Value.ValueKind == JsonValueKind.Array && property.Value.GetArrayLength() > 0 && property.Value[0].ValueKind == JsonValueKind.Object;
}
