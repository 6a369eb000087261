namespace DistTrain.Shared.Datasets.Reading.Preferences;

/// <summary>Names that published preference sets give to the parts of a record; of those that a record has, the first counts.</summary>
internal static class PreferenceKeys
{
    public const string Prompt = "prompt", Instruction = "instruction", Input = "input", System = "system";

    /// <summary>Of the answer that is preferred.</summary>
    public static IReadOnlyList<string> Chosen { get; } = ["chosen", "chosen_response", "preferred_output", "win", "accepted", "positive"];

    /// <summary>Of the other answer.</summary>
    public static IReadOnlyList<string> Rejected { get; } = ["rejected", "rejected_response", "non_preferred_output", "lose", "negative"];

    /// <summary>Of the prompt, where there is no <see cref="Prompt"/>. Sets that have the others often name their origin in <c>source</c>.</summary>
    public static IReadOnlyList<string> OtherPrompts { get; } = ["question", Instruction, "query", Input, "source", "src", "context", "history",
        "conversations", "messages"];

    /// <summary>Sets with two answers and a number that tells which is better.</summary>
    public static IReadOnlyList<JudgedAnswers> Judged { get; } = [new("human_ref_A", "human_ref_B", "labels", 1),
        new("response_0", "response_1", "better_response_id", 0)];

    /// <summary>Every name, so that columns of no other are read.</summary>
    public static IEnumerable<string> All =>
        [Prompt, .. OtherPrompts, System, .. Chosen, .. Rejected,
            .. Judged.SelectMany(judged => (string[])[judged.First, judged.Second, judged.Label])];

    /// <param name="ForFirst">The number that says that the first is better; <paramref name="Label"/> is 0 or 1.</param>
    internal sealed record JudgedAnswers(string First, string Second, string Label, int ForFirst);
}
