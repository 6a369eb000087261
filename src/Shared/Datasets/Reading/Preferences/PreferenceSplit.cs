using DistTrain.Shared.Datasets.Reading.Files;

namespace DistTrain.Shared.Datasets.Reading.Preferences;

/// <summary>An answer, or the conversation that ends with it.</summary>
/// <param name="Name">Its key in the record.</param>
internal sealed record Answer(string Name, Conversation Said);

/// <summary>A prompt that stands beside the answers.</summary>
/// <param name="Name">Its key in the record.</param>
internal sealed record GivenPrompt(string Name, Conversation Said)
{
    public string Text => Said.Before(Said.Turns.Count);

    /// <summary>Whether it is among the first turns of a conversation, as turns or as text.</summary>
    public bool IsIn(Conversation conversation, int turns) =>
        conversation.Holds(Said.Turns, turns)
        || (DialogueText.Parse(Text, preamble: true) is { } dialogue
            && conversation.Holds([.. dialogue.Turns.Where(turn => !string.IsNullOrWhiteSpace(turn.Content))], turns))
        || Text.AsSpan().Trim().SequenceEqual(conversation.Before(turns).AsSpan().Trim());
}

/// <summary>Finds what two answers have in common, the prompt, and what is each one's own.</summary>
internal static class PreferenceSplit
{
    /// <summary>The texts of a pair.</summary>
    /// <param name="prompt">Null only when both answers are whole conversations.</param>
    /// <param name="system">Instructions that go before the prompt, unless it has some; null for none.</param>
    /// <param name="note">Told what people may want to know of the pair.</param>
    /// <exception cref="BadRecordException">They share no prompt, or one has no answer.</exception>
    public static PreferenceExample Of(GivenPrompt? prompt, string? system, Answer chosen, Answer rejected, Action<string> note)
    {
        var isWhole = (Chosen: IsWhole(chosen, prompt), Rejected: IsWhole(rejected, prompt));
        var (first, second) = isWhole switch
        {
            (true, true) => Both(chosen, rejected),
            (true, false) => (chosen.Said.LastAnswer, 0),
            (false, true) => (0, rejected.Said.LastAnswer),
            _ => (0, 0),
        };
        if ((Unanswered(chosen, first) ?? Unanswered(rejected, second)) is { } name)
            throw new BadRecordException($"'{name}' has no answer after the turns that '{chosen.Name}' and '{rejected.Name}' share.");
        RequireAnswer(chosen, first, note);
        RequireAnswer(rejected, second, note);
        var (asked, turns) = isWhole.Chosen ? (chosen.Said, first) : isWhole.Rejected ? (rejected.Said, second) : Alone(prompt!);
        if (prompt is not null && asked != prompt.Said && !prompt.IsIn(asked, turns))
            throw new BadRecordException($"'{prompt.Name}' is not among the turns before the answers of '{chosen.Name}' and '{rejected.Name}'.");
        var text = asked.Before(turns);
        if (system is not null && asked.Turns[0].Role != Turn.System) text = $"{system}\n{text}";
        return new(Records.NotEmpty(text, "prompt"), Own(chosen, first, "chosen answer"), Own(rejected, second, "rejected answer"));
    }

    // What begins with an answer goes on where the prompt ends, unless the prompt is in it: an assistant may greet.
    private static bool IsWhole(Answer answer, GivenPrompt? prompt) =>
        answer.Said.IsWhole && (prompt is null || answer.Said.Turns[0].Role != Turn.Assistant || prompt.IsIn(answer.Said, answer.Said.LastAnswer));

    private static (int First, int Second) Both(Answer chosen, Answer rejected)
    {
        var shared = chosen.Said.Turns.Zip(rejected.Said.Turns).TakeWhile(pair => pair.First.Says(pair.Second)).Count();
        // Equal conversations differ in nothing: a pair of equal answers, which is left out as such.
        if (shared == chosen.Said.Turns.Count && shared == rejected.Said.Turns.Count) shared = chosen.Said.LastAnswer;
        return chosen.Said.Turns.Take(shared).Any(turn => turn.Role == Turn.User)
            ? (shared, shared)
            : throw new BadRecordException($"'{chosen.Name}' and '{rejected.Name}' begin with no turn of the user in common, so that they answer " +
                "different questions.");
    }

    private static string? Unanswered(Answer answer, int start) => start == answer.Said.Turns.Count ? answer.Name : null;

    private static void RequireAnswer(Answer answer, int start, Action<string> note)
    {
        var turns = answer.Said.Turns;
        if (turns.Count > 1 && !answer.Said.IsWhole)
            throw new BadRecordException($"'{answer.Name}' has {turns.Count} messages and none of the user, so that no one can tell which is the " +
                "answer. Several answers are a list of strings or of lists.");
        if (turns[start].Role is Turn.User or Turn.System)
            throw new BadRecordException($"Where the answer of '{answer.Name}' has to begin is a turn of the {turns[start].Role}.");
        if (turns.Skip(start).Any(turn => turn.Role == Turn.User))
            note("Some answers go on with further turns of the user, which count as part of the answer.");
    }

    private static (Conversation Asked, int Turns) Alone(GivenPrompt prompt)
    {
        if (!prompt.Said.IsWhole) throw new BadRecordException($"'{prompt.Name}' has no turn of the user.");
        return prompt.Said.LastAnswer == prompt.Said.Turns.Count
            ? (prompt.Said, prompt.Said.Turns.Count)
            : throw new BadRecordException($"'{prompt.Name}' ends with an answer, so that there is nothing left to answer.");
    }

    private static string Own(Answer answer, int start, string name) => Records.NotEmpty(answer.Said.From(start), name);
}
