using System.Text.Json.Nodes;
using CsCheck;
using DistTrain.Shared.Datasets;

namespace DistTrain.Shared.Tests.Datasets;

/// <summary>Where conversations are cut into a prompt and two answers, and which cannot be.</summary>
public sealed class PreferenceConversationsTests : IDisposable
{
    private static readonly string[] Marks = ["\n\n{0}: ", "\n\n{0}:", "\r\n\r\n{0}: ", "\n \t\n\n{0} :\n"];

    private readonly DataFolder _data = new();

    public void Dispose() => _data.Dispose();

    private static Gen<string> Words { get; } = Gen.String[Gen.Char["ab \u4f60\n:'\r"], 0, 6].Select(text => text + "w");

    private static Gen<bool> Yes { get; } = Gen.Bool;

    private sealed record Chat(string? System, (string User, string Assistant)[] Earlier, string Question, string Chosen, string Rejected)
    {
        public (string Role, string Content)[] Asked =>
            [
                .. System is null ? Array.Empty<(string, string)>() : [("system", System)],
                .. Earlier.SelectMany(pair => new[] { ("user", pair.User), ("assistant", pair.Assistant) }),
                ("user", Question),
            ];
    }

    private static Gen<Chat> Chats { get; } = Gen.Select(Gen.Select(Yes, Words).Select((yes, text) => yes ? text : null),
        Gen.Select(Words, Words).Array[0, 3], Words, Words, Words)
        .Select((system, earlier, question, chosen, rejected) => new Chat(system, earlier, question, chosen, rejected));

    [Fact]
    public void Read_RandomChats_GivesBackTheirTurnsAndAnswers() =>
        Gen.Select(Chats, Yes, Yes, Gen.Int[0, 5], Gen.Int[0, 3]).Sample(
            (chat, shareGpt, blanks, form, bare) =>
            {
                JsonArray Whole(string answer) => Messages([.. chat.Asked, ("assistant", answer)], shareGpt, blanks);
                JsonNode Alone(string answer) => bare switch
                {
                    0 => answer,
                    1 => Message(("assistant", answer), shareGpt),
                    2 => new JsonArray((JsonNode)answer),
                    _ => Messages([("assistant", answer)], shareGpt, false),
                };
                var record = form switch
                {
                    0 => new JsonObject
                    {
                        ["chosen"] = Whole(chat.Chosen),
                        ["rejected"] = Messages([.. chat.Asked, ("assistant", chat.Rejected)], shareGpt, false),
                    },
                    1 => new JsonObject { ["prompt"] = $" {chat.Question}\n", ["chosen"] = Whole(chat.Chosen), ["rejected"] = Whole(chat.Rejected) },
                    2 => new JsonObject
                    {
                        ["prompt"] = Messages(chat.Asked, shareGpt, false),
                        ["chosen"] = Whole(chat.Chosen),
                        ["rejected"] = Whole(chat.Rejected),
                    },
                    3 => new JsonObject
                    {
                        ["prompt"] = Messages(chat.Asked, shareGpt, blanks),
                        ["chosen"] = Alone(chat.Chosen),
                        ["rejected"] = Alone(chat.Rejected),
                    },
                    4 => new JsonObject { ["prompt"] = chat.Question, ["chosen"] = Alone(chat.Chosen), ["rejected"] = Whole(chat.Rejected) },
                    _ => new JsonObject
                    {
                        ["conversations"] = Messages(chat.Asked, shareGpt, blanks),
                        ["chosen"] = Whole(chat.Chosen),
                        ["rejected"] = Alone(chat.Rejected),
                    },
                };
                var example = Assert.Single(Read(record));
                Assert.Equal(string.Join('\n', chat.Asked.Select(turn => blanks && turn.Role != "assistant" ? turn.Content + " " : turn.Content)),
                    example.Prompt);
                Assert.Equal((chat.Chosen, chat.Rejected), (example.Chosen, example.Rejected));
            },
            iter: 300, threads: 1);

    [Fact]
    public void Read_RandomDialogueTexts_AreCutBehindTheLastSharedMark() =>
        Gen.Select(Chats, Gen.Int[0, Marks.Length - 1].Array[16], Yes, Gen.Int[0, 3]).Sample(
            (chat, marks, preamble, prompt) =>
            {
                var unmarked = preamble && prompt == 0;
                var mark = Marked("assistant", marks[15], false);
                var behind = mark.IndexOf(':', StringComparison.Ordinal) + 1;
                var asked = string.Concat(chat.Asked.Select((turn, index) => Marked(turn.Role, marks[index], unmarked) + turn.Content)) + mark;
                var other = string.Concat(chat.Asked.Select(turn => Marked(turn.Role, 0, unmarked) + turn.Content)) + "\n\nAssistant:";
                var record = new JsonObject { ["chosen"] = asked + chat.Chosen, ["rejected"] = other + chat.Rejected };
                if (prompt == 1) record["prompt"] = chat.Question + "\n";
                if (prompt == 2) record["prompt"] = asked;
                if (prompt == 3) record["prompt"] = other.TrimStart();
                Assert.Equal([new PreferenceExample(asked[..^(mark.Length - behind)], mark[behind..] + chat.Chosen, chat.Rejected)], Read(record));
            },
            iter: 300, threads: 1);

    [Theory]
    // An answer is missing after what both share.
    [InlineData("u:p", "u:p a:r", null, "'chosen' has no answer after the turns that 'chosen' and 'rejected' share.")]
    [InlineData("u:p a:c", "u:p a:c u:more a:r", null, "'chosen' has no answer after the turns that 'chosen' and 'rejected' share.")]
    [InlineData("u:p a:c u:more a:r", "u:p a:c", "p", "'rejected' has no answer after the turns that 'chosen' and 'rejected' share.")]
    [InlineData("u:p", "u:p", null, "'chosen' has no answer after the turns that 'chosen' and 'rejected' share.")]
    // They share no question.
    [InlineData("s:s u:p a:c", "s:s u:q a:r", null,
        "'chosen' and 'rejected' begin with no turn of the user in common, so that they answer different questions.")]
    [InlineData("u:p a:c", "u:q a:r", "p",
        "'chosen' and 'rejected' begin with no turn of the user in common, so that they answer different questions.")]
    [InlineData("u:p a:x u:q a:c", "u:p a:x u:o a:r", null, "Where the answer of 'chosen' has to begin is a turn of the user.")]
    // The prompt is another.
    [InlineData("u:p a:c", "u:p a:r", "q", "'prompt' is not among the turns before the answers of 'chosen' and 'rejected'.")]
    [InlineData("u:p a:x u:q a:c", "a:r", "o", "'prompt' is not among the turns before the answers of 'chosen' and 'rejected'.")]
    [InlineData("u:p a:c", "u:p a:r", "c", "'prompt' is not among the turns before the answers of 'chosen' and 'rejected'.")]
    // An answer alone is one message of the assistant.
    [InlineData("s:s a:c", "a:r", "p",
        "'chosen' has 2 messages and none of the user, so that no one can tell which is the answer. Several answers are a list of strings or of " +
        "lists.")]
    [InlineData("a:c", "a:r a:q", "p",
        "'rejected' has 2 messages and none of the user, so that no one can tell which is the answer. Several answers are a list of strings or of " +
        "lists.")]
    [InlineData("s:c", "a:r", "p", "Where the answer of 'chosen' has to begin is a turn of the system.")]
    public void Read_ConversationThatCannotBeCut_IsRefused(string chosen, string rejected, string? prompt, string reason)
    {
        var record = new JsonObject
        {
            ["prompt"] = prompt,
            ["chosen"] = Messages(Turns(chosen), false, false),
            ["rejected"] = Messages(Turns(rejected), false, false),
        };
        Assert.Equal(reason, Assert.Throws<DataFormatException>(() => Read(record)).Reason);
    }

    [Theory]
    [InlineData("u:p a:c", "u:p a:c", null, "p", "c", "c")]
    [InlineData("u:p a:x u:q a:c", "u:p a:x u:q a:r", "p", "p\nx\nq", "c", "r")]
    [InlineData("s:s u:p a:c", "s:s u:p a:r", "s\np", "s\np", "c", "r")]
    [InlineData("u:p a:c u:q a:d", "u:p a:r u:q a:e", null, "p", "c\nq\nd", "r\nq\ne")]
    [InlineData("a:hi u:p a:c", "a:hi u:p a:r", null, "hi\np", "c", "r")]
    [InlineData("a:hi u:p a:c", "a:hi u:p a:r", "p", "hi\np", "c", "r")]
    [InlineData("a:c u:more a:d", "a:r", "p", "p", "c\nmore\nd", "r")]
    [InlineData("u:p a:c", "u:p a:r", " ", "p", "c", "r")]
    [InlineData("u:p a:x t:found a:c", "u:p a:x t:found a:r", null, "p\nx\nfound", "c", "r")]
    public void Read_ConversationsThatDifferLate_AreCutWhereTheyDiffer(string chosen, string rejected, string? given, string prompt, string better,
        string worse)
    {
        var record = new JsonObject
        {
            ["prompt"] = given,
            ["chosen"] = Messages(Turns(chosen), false, false),
            ["rejected"] = Messages(Turns(rejected), false, false),
        };
        Assert.Equal([new PreferenceExample(prompt, better, worse)], Read(record));
    }

    [Fact]
    public void Read_AnswersWithFurtherTurnsOfTheUser_AreToldOf()
    {
        var bad = new BadRecords(0);
        _data.Write("p.jsonl",
            """{"chosen": "\n\nHuman: p\n\nAssistant: c", "rejected": "\n\nHuman: p\n\nAssistant: r\n\nHuman: more\n\nAssistant: q"}""");
        Assert.Equal([new PreferenceExample("\n\nHuman: p\n\nAssistant:", " c", " r\n\nHuman: more\n\nAssistant: q")],
            _data.Preferences("p.jsonl", bad));
        Assert.Equal(["Some answers go on with further turns of the user, which count as part of the answer."], bad.Notes);
    }

    [Theory]
    [InlineData("\n\nHuman: p", "\n\nHuman: p\n\nAssistant: r", "'chosen' has no answer after the turns that 'chosen' and 'rejected' share.")]
    [InlineData("\n\nHuman: p\n\nAssistant: c", "\n\nHuman: p\n\nAssistant: c\n\nHuman: q\n\nAssistant: r",
        "'chosen' has no answer after the turns that 'chosen' and 'rejected' share.")]
    [InlineData("\n\nHuman: p\n\nAssistant: c", "\n\nHuman: q\n\nAssistant: r",
        "'chosen' and 'rejected' begin with no turn of the user in common, so that they answer different questions.")]
    [InlineData("\n\nHuman: p\n\nAssistant: ", "\n\nHuman: p\n\nAssistant: r", "The chosen answer is empty.")]
    public void Read_DialogueTextThatCannotBeCut_IsRefused(string chosen, string rejected, string reason) =>
        Assert.Equal(reason, Assert.Throws<DataFormatException>(() => Read(new JsonObject { ["chosen"] = chosen, ["rejected"] = rejected })).Reason);

    [Theory]
    [InlineData("Human: who is it?", "Human: it is who?")]
    [InlineData("Human rights", "\n\nHuman: rights")]
    [InlineData("He said:\n\nHuman: no\n\nAssistant: yes", "no")]
    public void Read_AnswersThatOnlyLookLikeDialogues_AreTexts(string chosen, string rejected) =>
        Assert.Equal([new PreferenceExample("p", chosen, rejected)],
            Read(new JsonObject { ["prompt"] = "p", ["chosen"] = chosen, ["rejected"] = rejected }));

    [Fact]
    public void Read_AnswerWithManyBlankLines_IsLeftAsItStands()
    {
        var chosen = $"\n\nHuman: p\n\nAssistant: c{string.Concat(Enumerable.Repeat("\n \t", 300_000))}w";
        Assert.Equal([new PreferenceExample("\n\nHuman: p\n\nAssistant:", chosen[22..], " r")],
            Read(new JsonObject { ["chosen"] = chosen, ["rejected"] = "\n\nHuman: p\n\nAssistant: r" }));
    }

    private List<PreferenceExample> Read(JsonObject record)
    {
        _data.Write("p.jsonl", record.ToJsonString());
        return _data.Preferences("p.jsonl");
    }

    private static string Marked(string role, int mark, bool unmarked) => unmarked && role == "system"
        ? ""
        : Marks[mark].Replace("{0}", role switch { "user" => "Human", "system" => "System", _ => "Assistant" }, StringComparison.Ordinal);

    private static (string Role, string Content)[] Turns(string turns) => [.. turns.Split(' ').Select(turn => turn.Split(':')).Select(turn =>
        (turn[0] switch { "u" => "user", "a" => "assistant", "s" => "system", _ => "tool" }, turn[1]))];

    private static JsonArray Messages(IEnumerable<(string Role, string Content)> turns, bool shareGpt, bool blanks) =>
        [.. turns.Select(turn => Message(blanks && turn.Role != "assistant" ? (turn.Role, turn.Content + " ") : turn, shareGpt))];

    private static JsonObject Message((string Role, string Content) turn, bool shareGpt) => shareGpt
        ? new() { ["from"] = turn.Role switch { "user" => "human", "assistant" => "gpt", var other => other }, ["value"] = turn.Content }
        : new() { ["role"] = turn.Role, ["content"] = turn.Content };
}
