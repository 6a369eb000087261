using System.Text.Json;

namespace DistTrain.Shared.Datasets.Reading;

/// <summary>Turns chat messages into prompt and answers.</summary>
/// <remarks>
/// The text of several messages is their contents with a line break between. Answers may repeat the prompt's messages at their beginning, which are then cut off.
/// Without a prompt, it is the messages that both answers begin with.
/// </remarks>
internal static class ChatMessages
{
    private sealed record Message(string? Role, string Content);

    public static (string Prompt, string Chosen, string Rejected) Preference(JsonElement record)
    {
        var chosen = Messages(record.GetProperty("chosen"), "chosen");
        var rejected = Messages(record.GetProperty("rejected"), "rejected");
        var prompt = record.TryGetProperty("prompt", out var given) ? Messages(given, "prompt") : Common(chosen, rejected);
        if (prompt.Count == 0) throw new BadRecordException("The key 'prompt' is missing, and 'chosen' and 'rejected' have no first message in common.");
        return (Text(prompt), Text(After(prompt, chosen)), Text(After(prompt, rejected)));
    }

    private static List<Message> Messages(JsonElement value, string key)
    {
        if (value.ValueKind != JsonValueKind.Array) return [new Message(null, JsonRecord.AsText(value, $"'{key}'"))];
        return [.. value.EnumerateArray().Select((message, index) => Read(message, $"'{key}[{index}]'"))];
    }

    private static Message Read(JsonElement message, string name)
    {
        if (message.ValueKind != JsonValueKind.Object) throw new BadRecordException($"{name} is {JsonRecord.Kind(message)}, but must be a message with 'role' and 'content'.");
        return new Message(JsonRecord.Text(message, "role"), JsonRecord.Text(message, "content"));
    }

    private static List<Message> Common(List<Message> chosen, List<Message> rejected) =>
        [.. chosen.Zip(rejected).TakeWhile(pair => pair.First == pair.Second).Select(pair => pair.First)];

    private static IEnumerable<Message> After(List<Message> prompt, List<Message> answer) =>
        answer.Count > prompt.Count && prompt.Zip(answer).All(pair => pair.First.Content == pair.Second.Content) ? answer.Skip(prompt.Count) : answer;

    private static string Text(IEnumerable<Message> messages) => string.Join('\n', messages.Select(message => message.Content));
}
