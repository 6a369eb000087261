using DistTrain.Shared.Datasets;

namespace DistTrain.Shared.Tests.Datasets;

/// <summary>The records of published preference sets, by their keys.</summary>
public sealed class PreferenceFormsTests : IDisposable
{
    private readonly DataFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData("""{"question": "p", "chosen": "c", "rejected": "r"}""", "p", "'question' taken for the prompt.")]
    [InlineData("""{"prompt": null, "question": "p", "chosen": "c", "rejected": "r"}""", "p", "'question' taken for the prompt.")]
    [InlineData("""{"prompt": [], "src": "p", "chosen": "c", "rejected": "r"}""", "p", "'src' taken for the prompt.")]
    [InlineData("""{"prompt": "p", "win": "c", "lose": "r"}""", "p", "'win' taken for the chosen answer.|'lose' taken for the rejected answer.")]
    [InlineData("""{"prompt": "p", "positive": "c", "negative": "r"}""", "p",
        "'positive' taken for the chosen answer.|'negative' taken for the rejected answer.")]
    [InlineData("""{"prompt": "p", "accepted": "c", "rejected": "r"}""", "p", "'accepted' taken for the chosen answer.")]
    [InlineData("""{"query": "p", "chosen": "c", "rejected": "r"}""", "p", "'query' taken for the prompt.")]
    [InlineData("""{"input": "p", "chosen": "c", "rejected": "r"}""", "p", "'input' taken for the prompt.")]
    [InlineData("""{"source": "p", "chosen": "c", "rejected": "r"}""", "p", "'source' taken for the prompt.")]
    [InlineData("""{"context": "p", "chosen": "c", "rejected": "r"}""", "p", "'context' taken for the prompt.")]
    [InlineData("""{"instruction": "p", "input": "", "chosen": "c", "rejected": "r"}""", "p", "'instruction' taken for the prompt.")]
    [InlineData("""{"instruction": "p", "input": "q", "chosen": "c", "rejected": "r"}""", "p\nq", "'instruction' and 'input' taken for the prompt.")]
    [InlineData("""{"source": "origin", "instruction": "p", "chosen_response": "c", "rejected_response": "r", "chosen_rating": 5}""", "p",
        "'chosen_response' taken for the chosen answer.|'rejected_response' taken for the rejected answer.|'instruction' taken for the prompt.")]
    [InlineData("""{"system": "s", "question": "p", "chosen": "c", "rejected": "r"}""", "s\np",
        "'question' taken for the prompt.|'system' is put before the prompt, unless that has such instructions.")]
    [InlineData("""{"id": "1", "source": "origin", "system": "s", "prompt": "p", "chosen": "c", "rejected": "r"}""", "s\np",
        "'system' is put before the prompt, unless that has such instructions.")]
    [InlineData("""{"system": "", "question": "p", "chosen": "c", "rejected": "r"}""", "p", "'question' taken for the prompt.")]
    [InlineData("""{"system": 4, "prompt": "p", "chosen": "c", "rejected": "r"}""", "p", "")]
    [InlineData("""{"conversations": [{"from": "human", "value": "p"}], "chosen": {"from": "gpt", "value": "c"}, "rejected": {"from": "gpt", "value": "r"}}""", "p", "'conversations' taken for the prompt.")]
    [InlineData("""{"system": "s", "conversations": [{"from": "system", "value": "own"}, {"from": "human", "value": "p"}], "chosen": {"from": "gpt", "value": "c"}, "rejected": {"from": "gpt", "value": "r"}}""", "own\np", "'conversations' taken for the prompt.|'system' is put before the prompt, unless that has such instructions.")]
    [InlineData("""{"input": {"messages": [{"role": "developer", "content": "s"}, {"role": "user", "content": "p"}]}, "preferred_output": [{"role": "assistant", "content": "c"}], "non_preferred_output": [{"role": "assistant", "content": "r"}]}""", "s\np", "'preferred_output' taken for the chosen answer.|'non_preferred_output' taken for the rejected answer.|'input' taken for the prompt.")]
    [InlineData("""{"history": "p", "human_ref_A": "c", "human_ref_B": "r", "labels": 1}""", "p",
        "'human_ref_A' and 'human_ref_B' taken for the answers, 'labels' 1 for a preference of the first.|'history' taken for the prompt.")]
    [InlineData("""{"history": "p", "human_ref_A": "r", "human_ref_B": "c", "labels": 0}""", "p",
        "'human_ref_A' and 'human_ref_B' taken for the answers, 'labels' 1 for a preference of the first.|'history' taken for the prompt.")]
    [InlineData("""{"prompt": "p", "response_0": "c", "response_1": "r", "better_response_id": 0}""", "p",
        "'response_0' and 'response_1' taken for the answers, 'better_response_id' 0 for a preference of the first.")]
    [InlineData("""{"prompt": "p", "messages": [{"role": "user", "content": "p"}], "score_chosen": 9, "chosen": [{"role": "user", "content": "p"}, {"role": "assistant", "content": "c"}], "rejected": [{"role": "user", "content": "p"}, {"role": "assistant", "content": "r"}]}""", "p", "")]
    [InlineData("""{"prompt": null, "source": "origin", "chosen": [{"role": "user", "content": "p"}, {"role": "assistant", "content": "c"}], "rejected": [{"role": "user", "content": "p"}, {"role": "assistant", "content": "r"}]}""", "p", "")]
    public void Read_KeysOfPublishedSets_AreTakenAndNamed(string line, string prompt, string notes)
    {
        var bad = new BadRecords(0);
        _data.Write("p.jsonl", $"{line}\n{line}\n");
        var expected = new PreferenceExample(prompt, "c", "r");
        Assert.Equal([expected, expected], _data.Preferences("p.jsonl", bad));
        Assert.Equal(notes.Split('|', StringSplitOptions.RemoveEmptyEntries), bad.Notes);
    }

    [Theory]
    [InlineData("[{\"role\": \"user\", \"content\": \"p\"}]", "[{\"role\": \"assistant\", \"content\": \"c\"}]", "r")]
    [InlineData("p", "[{\"role\": \"user\", \"content\": \"p\"}, {\"role\": \"assistant\", \"content\": \"c\"}]",
        " [ {\"from\": \"human\", \"value\": \"p\"}, {\"from\": \"gpt\", \"value\": \"r\"}]")]
    public void Read_MessagesInATextOfJson_AreMessages(string prompt, string chosen, string rejected)
    {
        _data.Write("p.jsonl", System.Text.Json.JsonSerializer.Serialize(new { prompt, chosen, rejected }));
        _data.Write("p.tsv", $"prompt\tchosen\trejected\n{prompt}\t{chosen}\t{rejected}\n");
        Assert.Equal([new PreferenceExample("p", "c", "r")], _data.Preferences("p.jsonl"));
        Assert.Equal([new PreferenceExample("p", "c", "r")], _data.Preferences("p.tsv"));
    }

    [Theory]
    [InlineData("[{]", null)]
    [InlineData("[{\"a\": 1}]", null)]
    [InlineData("['role', 'content']", null)]
    [InlineData("[{'role': 'assistant', 'content': 'c'}]",
        "'chosen' is the text of a list of messages in the notation of Python, but must be JSON (json.dumps writes it).")]
    public void Read_TextThatIsNoListOfMessages_StaysTextUnlessItWasOne(string chosen, string? reason)
    {
        _data.Write("p.ndjson", System.Text.Json.JsonSerializer.Serialize(new { prompt = "p", chosen, rejected = "r" }));
        _data.Write("p.tsv", $"p\t{chosen}\tr\n");
        foreach (var file in (string[])["p.ndjson", "p.tsv"])
            if (reason is null) Assert.Equal([new PreferenceExample("p", chosen, "r")], _data.Preferences(file));
            else Assert.Equal(reason, Assert.Throws<DataFormatException>(() => _data.Preferences(file)).Reason);
    }

    [Theory]
    [InlineData("""{"prompt": "p", "chosen": "c", "rejected": ["r", "q"]}""", "c>r c>q")]
    [InlineData("""{"prompt": "p", "chosen": ["c", "d"], "rejected": ["r", "q"]}""", "c>r c>q d>r d>q")]
    [InlineData("""{"prompt": "p", "chosen": ["c"], "rejected": ["r"]}""", "c>r")]
    [InlineData("""{"prompt": "p", "chosen": [{"role": "assistant", "content": "c"}], "rejected": [[{"role": "assistant", "content": "r"}], [{"role": "assistant", "content": "q"}]]}""", "c>r c>q")]
    [InlineData("""{"chosen": [{"role": "user", "content": "p"}, {"role": "assistant", "content": "c"}], "rejected": [[{"role": "user", "content": "p"}, {"role": "assistant", "content": "r"}], [{"role": "user", "content": "p"}, {"role": "assistant", "content": "q"}]]}""", "c>r c>q")]
    public void Read_SeveralAnswers_MakeAPairEachWithEach(string line, string pairs)
    {
        _data.Write("p.jsonl", line);
        var examples = _data.Preferences("p.jsonl");
        Assert.All(examples, example => Assert.Equal("p", example.Prompt));
        Assert.Equal(pairs, string.Join(' ', examples.Select(example => $"{example.Chosen}>{example.Rejected}")));
    }

    [Theory]
    [InlineData("""{"task": "p", "chosen": "c", "rejected": "r"}""",
        "There is no prompt: none of the keys 'prompt', 'question', 'instruction', 'query', 'input', 'source', 'src', 'context', 'history', " +
        "'conversations' and 'messages' (there is 'task', 'chosen', 'rejected'), and not all answers are conversations that hold it.")]
    [InlineData("""{"instruction": "p", "output": ["c", "r"]}""",
        "There is no chosen answer: none of the keys 'chosen', 'chosen_response', 'preferred_output', 'win', 'accepted' and 'positive' (there is " +
        "'instruction', 'output').")]
    [InlineData("""{"history": "p", "human_ref_A": "c", "human_ref_B": "r", "labels": 2}""", "'labels' is 2, but must be 0 or 1.")]
    [InlineData("""{"conversations": [{"from": "human", "value": "p"}, {"from": "gpt", "value": "c"}], "chosen": "c", "rejected": "r"}""",
        "'conversations' ends with an answer, so that there is nothing left to answer.")]
    [InlineData("""{"prompt": [{"role": "system", "content": "s"}], "chosen": "c", "rejected": "r"}""", "'prompt' has no turn of the user.")]
    public void Read_KeysThatDoNotDo_AreNamedWithThoseThatWould(string line, string reason)
    {
        _data.Write("p.jsonl", line);
        Assert.Equal(reason, Assert.Throws<DataFormatException>(() => _data.Preferences("p.jsonl")).Reason);
    }

    [Fact]
    public void Read_RecordWithOneBadAnswerOfSeveral_IsLeftOutAsAWhole()
    {
        var bad = new BadRecords(tolerated: 1);
        _data.Write("p.jsonl",
            "{\"prompt\": \"p\", \"chosen\": \"c\", \"rejected\": [\"r\", \" \"]}\n{\"prompt\": \"p\", \"chosen\": \"c\", \"rejected\": \"r\"}\n");
        Assert.Equal([new PreferenceExample("p", "c", "r")], _data.Preferences("p.jsonl", bad));
        Assert.Equal((1, "The rejected answer is empty."), (bad.Seen[0].Line, bad.Seen[0].Reason));
    }

    [Fact]
    public void Report_WithARemedyOfTheCaller_EndsWithIt()
    {
        var path = _data.Write("p.jsonl", "{}");
        var error = Assert.Throws<DataFormatException>(() => _data.Preferences("p.jsonl", new BadRecords(0, BadRecords.Correctable)));
        Assert.Equal($"{path}:1: {error.Reason} Correct or remove the record.", error.Message);
    }
}
