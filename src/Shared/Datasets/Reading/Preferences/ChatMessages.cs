using System.Text.Json;
using DistTrain.Shared.Datasets.Reading.Files;

namespace DistTrain.Shared.Datasets.Reading.Preferences;

/// <summary>
/// A conversation of messages: <c>{"role": ..., "content": ...}</c>, or <c>{"from": ..., "value": ...}</c> as ShareGPT has them. The text of several
/// is their contents with a line break between. Messages of the system without text are passed over.
/// </summary>
internal sealed class ChatMessages(IReadOnlyList<Turn> turns) : Conversation(turns)
{
    private static readonly (string Role, string Content)[] Keys = [("role", "content"), ("from", "value")];

    /// <summary>A text that stands for one message.</summary>
    public static ChatMessages Of(string role, string text) => new([new Turn(role, text)]);

    /// <summary>One message, a list of them, or an object that holds such a list as <c>messages</c>.</summary>
    /// <param name="name">What the value is called in the reason.</param>
    /// <exception cref="BadRecordException">It is something else.</exception>
    public static ChatMessages Of(JsonElement value, string name)
    {
        if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty("messages", out var messages)) return Of(messages, $"{name}.messages");
        List<Turn> turns = value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Select((message, index) => Read(message, $"{name}[{index}]"))] : [Read(value, name)];
        return turns.Count > 0
            ? new([.. turns.Where(turn => turn.Role != Turn.System || !string.IsNullOrWhiteSpace(turn.Content))])
            : throw new BadRecordException($"'{name}' has no message.");
    }

    /// <inheritdoc/>
    public override string Before(int turn) => Text(Turns.Take(turn));

    /// <inheritdoc/>
    public override string From(int turn) => Text(Turns.Skip(turn));

    private static string Text(IEnumerable<Turn> turns) => string.Join('\n', turns.Select(turn => turn.Content));

    private static Turn Read(JsonElement message, string name)
    {
        if (message.ValueKind != JsonValueKind.Object)
            throw new BadRecordException($"'{name}' is {JsonRecord.Kind(message)}, but must be a message with 'role' and 'content'.");
        foreach (var (role, content) in Keys)
            if (message.TryGetProperty(role, out var who) && message.TryGetProperty(content, out var what))
                return new Turn(Named(JsonRecord.AsText(who, $"'{name}.{role}'")), JsonRecord.AsText(what, $"'{name}.{content}'"));
        throw new BadRecordException($"'{name}' has neither 'role' and 'content' nor 'from' and 'value' (there is {JsonRecord.Keys(message)}).");
    }

    private static string Named(string role) => role.Trim().ToLowerInvariant() switch
    {
        "user" or "human" or "prompter" => Turn.User,
        "assistant" or "gpt" or "chatgpt" or "bot" or "model" => Turn.Assistant,
        "system" or "developer" => Turn.System,
        var other => other,
    };
}
