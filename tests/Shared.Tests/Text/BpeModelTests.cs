using System.IO.Hashing;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DistTrain.Shared.Text;
using DistTrain.Shared.Text.Unicode;
using DistTrain.Shared.Text.Words;
using DistTrain.TestSupport.Processes;

namespace DistTrain.Shared.Tests.Text;

public sealed class BpeModelTests : IDisposable
{
    private static readonly string[] Files = ["vocab.json", "merges.txt", "tokenizer.json"];

    private static readonly BpeModel Model = With(new());

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Load_SavedModel_IsTheSame()
    {
        Model.Save(_folder.Path);

        var loaded = BpeModel.Load(_folder.Path);

        Assert.Equal((Model.Hash, Model.Vocabulary.Count), (loaded.Hash, loaded.Vocabulary.Count));
        Assert.Equal(Model.Merges, loaded.Merges);
        Assert.Equal(Model.Hash, TextTokenizer.Load(_folder.Path).Hash);
    }

    [Fact]
    public void Save_TrainedAndLoadedAgain_WritesTheSameBytes()
    {
        var (first, second) = (Path.Combine(_folder.Path, "1"), Path.Combine(_folder.Path, "2"));
        Model.Save(first);
        With(new()).Save(second);
        BpeModel.Load(second).Save(second);

        Assert.All(Files, file => Assert.Equal(File.ReadAllBytes(Path.Combine(first, file)), File.ReadAllBytes(Path.Combine(second, file))));
    }

    [Fact]
    public void Save_TokenizerFile_IsOfTheFormThatTheHuggingFaceLibraryReads()
    {
        Model.Save(_folder.Path);

        var root = JsonNode.Parse(File.ReadAllText(Path.Combine(_folder.Path, "tokenizer.json")))!;

        Assert.Equal(["version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder", "model"],
            root.AsObject().Select(entry => entry.Key));
        Assert.Equal("1.0", (string?)root["version"]);
        Assert.Equal(["truncation", "padding", "normalizer", "post_processor"],
            root.AsObject().Where(entry => entry.Value is null).Select(entry => entry.Key));
        Assert.Equal(
            SpecialTokens.Names.Select(
                (name, id) => $$"""{"id":{{id}},"content":"{{name}}","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true}"""),
            root["added_tokens"]!.AsArray().Select(token => token!.ToJsonString(Readable)));
        Assert.Equal("""{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true}""", root["decoder"]!.ToJsonString());
        var words = root["pre_tokenizer"]!;
        Assert.Equal("Sequence", (string?)words["type"]);
        Assert.Equal(["Split", "ByteLevel"], words["pretokenizers"]!.AsArray().Select(step => (string?)step!["type"]));
        var split = words["pretokenizers"]![0]!;
        Assert.Equal((Pretokenizer.Marks, "Isolated", false),
            ((string?)split["pattern"]!["Regex"], (string?)split["behavior"], (bool?)split["invert"]));
        Assert.Equal("""{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false}""",
            words["pretokenizers"]![1]!.ToJsonString());
        var model = root["model"]!;
        Assert.Equal("BPE", (string?)model["type"]);
        Assert.Equal(Model.Vocabulary, model["vocab"]!.AsObject().OrderBy(entry => (int)entry.Value!).Select(entry => entry.Key));
        Assert.Equal(Model.Merges.Select(merge => $"{merge.Left} {merge.Right}"), model["merges"]!.AsArray().Select(merge => (string)merge!));
        Assert.All(["dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix"],
            key => Assert.True(model.AsObject().ContainsKey(key) && model[key] is null));
        Assert.All(["fuse_unk", "byte_fallback"], key => Assert.False((bool)model[key]!));
    }

    [Theory]
    [InlineData(WordPattern.Gpt2, Normalization.None, 285)]
    [InlineData(WordPattern.Gpt2, Normalization.Nfc, 270)]
    [InlineData(WordPattern.Marks, Normalization.None, 270)]
    [InlineData(WordPattern.Marks, Normalization.Nfkc, 285)]
    public void Load_ModelOfAnyOptions_IsTheSame(WordPattern words, Normalization normalization, int size)
    {
        foreach (var leavesOut in new[] { false, true })
        {
            var model = BpeTrainer.Train(Texts.Corpus, size, new() { Words = words, Normalization = normalization, LeavesOutBytes = leavesOut });
            model.Save(_folder.Path);
            var loaded = BpeModel.Load(_folder.Path);

            Assert.Equal((words, normalization, !leavesOut, model.Hash), (loaded.Words, loaded.Normalization, loaded.HasAllBytes, loaded.Hash));
            var root = JsonNode.Parse(File.ReadAllText(Path.Combine(_folder.Path, "tokenizer.json")))!;
            Assert.Equal(normalization == Normalization.None
                ? null : normalization.ToString().ToUpperInvariant(), (string?)root["normalizer"]?["type"]);
            Assert.Equal((leavesOut ? "<unk>" : null, leavesOut), ((string?)root["model"]!["unk_token"], (bool)root["model"]!["fuse_unk"]!));
        }
    }

    // As the first version wrote and hashed them: its tokenizers must encode as they always did.
    [Fact]
    public void Load_TokenizerOfTheFirstVersion_IsWhatItWas()
    {
        var model = With(new() { Words = WordPattern.Gpt2 });
        model.Save(_folder.Path);

        var root = JsonNode.Parse(File.ReadAllText(Path.Combine(_folder.Path, "tokenizer.json")))!;
        Assert.Equal("""{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true}""", root["pre_tokenizer"]!.ToJsonString());
        var hash = Convert.ToHexStringLower(
            XxHash128.Hash(Encoding.UTF8.GetBytes(string.Join('\n', model.Vocabulary) + "\n\n" + string.Join('\n', model.Merges))));
        Assert.Equal(hash, TextTokenizer.Load(_folder.Path).Hash);
        File.Delete(Path.Combine(_folder.Path, "tokenizer.json"));
        Assert.Equal((hash, WordPattern.Gpt2), (BpeModel.Load(_folder.Path).Hash, BpeModel.Load(_folder.Path).Words));
    }

    [Fact]
    public void Hash_OtherWordsOrNormalization_Differs() =>
        Assert.Equal(4,
            new[] { Model, With(new() { Words = WordPattern.Gpt2 }), With(new() { Normalization = Normalization.Nfc }),
                With(new() { Normalization = Normalization.Nfkc }) }.Select(model => model.Hash).Distinct().Count());

    [Fact]
    public void Hash_AnotherVocabulary_Differs() =>
        Assert.NotEqual(Model.Hash, BpeTrainer.Train(Texts.Corpus, 284, new() { LeavesOutBytes = false }).Hash);

    [Theory]
    [InlineData("vocab.json")]
    [InlineData("merges.txt")]
    public void Load_FileMissing_NamesIt(string file)
    {
        Model.Save(_folder.Path);
        File.Delete(Path.Combine(_folder.Path, file));

        AssertNamed(file);
    }

    [Theory]
    [InlineData("vocab.json", "")]
    [InlineData("vocab.json", "{}")]
    [InlineData("vocab.json", "null")]
    [InlineData("vocab.json", "[1, 2]")]
    [InlineData("vocab.json", "{\"a\": 0, \"b\": 1, \"c\": 2}")]
    [InlineData("merges.txt", "#version: 0.2\na b c\n")]
    [InlineData("merges.txt", "#version: 0.2\nalone\n")]
    [InlineData("merges.txt", "#version: 0.2\nno such\n")]
    [InlineData("tokenizer.json", "")]
    [InlineData("tokenizer.json", "[]")]
    [InlineData("tokenizer.json", "{}")]
    [InlineData("tokenizer.json",
        "{\"normalizer\": {\"type\": \"NFD\"}, \"pre_tokenizer\": {\"type\": \"ByteLevel\", \"add_prefix_space\": false, \"trim_offsets\": true, " +
        "\"use_regex\": true}}")]
    public void Load_FileDamaged_NamesIt(string file, string content)
    {
        Model.Save(_folder.Path);
        _folder.Write(file, content);

        AssertNamed(file);
    }

    public void Dispose() => _folder.Dispose();

    private static BpeModel With(BpeOptions options) => BpeTrainer.Train(Texts.Corpus, 285, options with { LeavesOutBytes = false });

    private void AssertNamed(string file) =>
        Assert.Contains(Path.Combine(_folder.Path, file), Assert.Throws<InvalidDataException>(() => TextTokenizer.Load(_folder.Path)).Message,
            StringComparison.Ordinal);
}
