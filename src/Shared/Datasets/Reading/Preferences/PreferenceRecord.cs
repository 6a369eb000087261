using System.Text.Json;
using DistTrain.Shared.Datasets.Reading.Files;

namespace DistTrain.Shared.Datasets.Reading.Preferences;

/// <summary>Finds prompt and answers in a record by its keys, and makes a pair of each chosen with each rejected answer.</summary>
/// <remarks>
/// An answer is a text, a message, a list of messages, or the text of a dialogue (<see cref="DialogueText"/>); several are a list of texts or of
/// lists. Where all are whole conversations, no prompt is needed, and only <c>prompt</c> is looked for, to be found in them. A key whose value is
/// null counts as absent.
/// </remarks>
internal static class PreferenceRecord
{
    /// <param name="note">Told which keys were taken for what, when it is not their name.</param>
    /// <exception cref="BadRecordException">Something is missing, or the prompt is not in the conversations.</exception>
    public static IReadOnlyList<PreferenceExample> Read(JsonElement record, Action<string> note)
    {
        var given = Value(record, PreferenceKeys.Prompt) is { } value ? Prompt(value, PreferenceKeys.Prompt) : null;
        var isGiven = given is not null && !string.IsNullOrWhiteSpace(given.Text);
        var (chosen, rejected) = Answers(record, preamble: !isGiven, note);
        var prompt = isGiven ? given : chosen.Concat(rejected).All(answer => answer.Said.IsWhole) ? null : given ?? OtherPrompt(record, note);
        var system = Words(record, PreferenceKeys.System);
        if (system is not null) note($"'{PreferenceKeys.System}' is put before the prompt, unless that has such instructions.");
        return [.. from better in chosen from worse in rejected select PreferenceSplit.Of(prompt, system, better, worse, note)];
    }

    /// <summary>The text at a key; null when there is none, or nothing in it.</summary>
    private static string? Words(JsonElement record, string key) =>
        Value(record, key) is { ValueKind: JsonValueKind.String } value && JsonRecord.AsText(value, $"'{key}'") is var text
        && !string.IsNullOrWhiteSpace(text) ? text : null;

    /// <summary>The pairs of a row of a table, of which a cell may hold a list of messages; texts are taken as they stand.</summary>
    public static IReadOnlyList<PreferenceExample> OfTexts(string prompt, string chosen, string rejected, Action<string> note)
    {
        (string Name, string Text)[] cells = [(PreferenceKeys.Prompt, prompt), (PreferenceKeys.Chosen[0], chosen),
            (PreferenceKeys.Rejected[0], rejected)];
        return cells.Any(cell => MessagesInText.Of(cell.Text, cell.Name) is not null)
            ? Read(JsonSerializer.SerializeToElement(cells.ToDictionary(cell => cell.Name, cell => cell.Text)), note)
            : [new(prompt, chosen, rejected)];
    }

    /// <summary>What is at a key; null when nothing is, or an empty list.</summary>
    private static JsonElement? Value(JsonElement record, string key) =>
        record.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null
        && (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > 0) ? value : null;

    private static GivenPrompt Prompt(JsonElement value, string key) => new(
        key, value.ValueKind switch
        {
            JsonValueKind.String when MessagesInText.Of(JsonRecord.AsText(value, $"'{key}'"), key) is { } messages => ChatMessages.Of(messages, key),
            JsonValueKind.String => ChatMessages.Of(Turn.User, JsonRecord.AsText(value, $"'{key}'")),
            JsonValueKind.Array or JsonValueKind.Object => ChatMessages.Of(value, key),
            _ => throw new BadRecordException($"'{key}' is {JsonRecord.Kind(value)}, but must be a string, a message or a list of messages."),
        });

    private static GivenPrompt OtherPrompt(JsonElement record, Action<string> note)
    {
        var key = PreferenceKeys.OtherPrompts.FirstOrDefault(name => Value(record, name) is not null)
            ?? throw new BadRecordException($"There is no prompt: {Missing([PreferenceKeys.Prompt, .. PreferenceKeys.OtherPrompts], record)}, and " +
                "not all answers are conversations that hold it.");
        var prompt = Prompt(Value(record, key)!.Value, key);
        if (key == PreferenceKeys.Instruction && Words(record, PreferenceKeys.Input) is { } more)
        {
            note($"'{key}' and '{PreferenceKeys.Input}' taken for the prompt.");
            return prompt with { Said = ChatMessages.Of(Turn.User, string.IsNullOrWhiteSpace(prompt.Text) ? more : $"{prompt.Text}\n{more}") };
        }
        note($"'{key}' taken for the prompt.");
        return prompt;
    }

    private static (List<Answer> Chosen, List<Answer> Rejected) Answers(JsonElement record, bool preamble, Action<string> note)
    {
        var (better, worse) = Judged(record, note)
            ?? (Found(record, PreferenceKeys.Chosen, "chosen", note), Found(record, PreferenceKeys.Rejected, "rejected", note));
        var (chosen, rejected) = (Several(record, better, preamble), Several(record, worse, preamble));
        // A text that begins with "Human:" is a conversation only where one of them has an answer.
        return chosen.Concat(rejected).Any(answer => answer.Said is DialogueText { IsAnswered: true })
            ? (chosen, rejected) : (Plain(chosen), Plain(rejected));
    }

    private static List<Answer> Plain(List<Answer> answers) =>
        [.. answers.Select(answer => answer.Said is DialogueText text ? answer with { Said = text.AsAnswer() } : answer)];

    private static (string Better, string Worse)? Judged(JsonElement record, Action<string> note)
    {
        foreach (var judged in PreferenceKeys.Judged)
            if (!PreferenceKeys.Chosen.Any(key => record.TryGetProperty(key, out _)) && Value(record, judged.First) is not null
                && Value(record, judged.Second) is not null && Value(record, judged.Label) is { } label)
            {
                if (label.ValueKind != JsonValueKind.Number || !label.TryGetInt32(out var number) || number is not (0 or 1))
                    throw new BadRecordException($"'{judged.Label}' is {label}, but must be 0 or 1.");
                note($"'{judged.First}' and '{judged.Second}' taken for the answers, '{judged.Label}' {judged.ForFirst} for a preference of the " +
                    "first.");
                return number == judged.ForFirst ? (judged.First, judged.Second) : (judged.Second, judged.First);
            }
        return null;
    }

    private static string Found(JsonElement record, IReadOnlyList<string> keys, string what, Action<string> note)
    {
        var key = keys.FirstOrDefault(name => Value(record, name) is not null)
            ?? throw new BadRecordException($"There is no {what} answer: {Missing(keys, record)}.");
        if (key != keys[0]) note($"'{key}' taken for the {what} answer.");
        return key;
    }

    private static List<Answer> Several(JsonElement record, string key, bool preamble)
    {
        var value = record.GetProperty(key);
        if (value.ValueKind != JsonValueKind.Array
            || value.EnumerateArray().All(each => each.ValueKind is not (JsonValueKind.String or JsonValueKind.Array)))
            return [One(value, key, preamble)];
        var kind = value[0].ValueKind;
        return [.. value.EnumerateArray()
            .Select((each, index) => each.ValueKind == kind
                ? One(each, $"{key}[{index}]", preamble) : throw Mixed(each, $"{key}[{index}]", value[0]))];
    }

    private static Answer One(JsonElement value, string name, bool preamble) => new(
        name, value.ValueKind switch
        {
            JsonValueKind.String when MessagesInText.Of(JsonRecord.AsText(value, $"'{name}'"), name) is { } messages =>
                ChatMessages.Of(messages, name),
            JsonValueKind.String when JsonRecord.AsText(value, $"'{name}'") is var text =>
                (Conversation?)DialogueText.Parse(text, preamble) ?? ChatMessages.Of(Turn.Assistant, text),
            JsonValueKind.Array or JsonValueKind.Object => ChatMessages.Of(value, name),
            _ => throw new BadRecordException($"'{name}' is {JsonRecord.Kind(value)}, but must be a string, a message, a list of messages, or a " +
                "list of several answers."),
        });

    private static BadRecordException Mixed(JsonElement value, string name, JsonElement first) =>
        new($"'{name}' is {JsonRecord.Kind(value)}, but the first of the list is {JsonRecord.Kind(first)}.");

    private static string Missing(IReadOnlyList<string> keys, JsonElement record) =>
        $"none of the keys {string.Join(", ", keys.SkipLast(1).Select(key => $"'{key}'"))} and '{keys[^1]}' (there is {JsonRecord.Keys(record)})";
}
