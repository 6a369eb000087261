using System.Text.Json;

namespace DistTrain.Shared.Datasets.Reading.Preferences;

/// <summary>Lists of messages that stand in a text, as exports to tables leave them.</summary>
internal static class MessagesInText
{
    /// <summary>The list; null when the text is one.</summary>
    /// <param name="name">What the text is called in the reason.</param>
    /// <exception cref="BadRecordException">It is plainly such a list, but no JSON: Python writes them with single quotes.</exception>
    public static JsonElement? Of(string text, string name)
    {
        if (!Begins(text)) return null;
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.EnumerateArray().All(IsMessage) ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            var isList = text.TrimEnd().EndsWith(']')
                && (text.Contains("'role'", StringComparison.Ordinal) && text.Contains("'content'", StringComparison.Ordinal)
                || text.Contains("'from'", StringComparison.Ordinal) && text.Contains("'value'", StringComparison.Ordinal));
            return isList
                ? throw new BadRecordException($"'{name}' is the text of a list of messages in the notation of Python, but must be JSON " +
                    "(json.dumps writes it).") : null;
        }
    }

    private static bool Begins(string text) => text.AsSpan().TrimStart() is ['[', .. var rest] && rest.TrimStart() is ['{', ..];

    private static bool IsMessage(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object
        && (value.TryGetProperty("role", out _) && value.TryGetProperty("content", out _)
            || value.TryGetProperty("from", out _) && value.TryGetProperty("value", out _));
}
