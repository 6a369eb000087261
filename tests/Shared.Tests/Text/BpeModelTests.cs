using DistTrain.Shared.Text;
using DistTrain.TestSupport.Processes;

namespace DistTrain.Shared.Tests.Text;

public sealed class BpeModelTests : IDisposable
{
    private static readonly string[] Files = ["vocab.json", "merges.txt", "tokenizer.json"];

    private static readonly BpeModel Model = BpeTrainer.Train(Texts.Corpus, 285);

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
        BpeTrainer.Train(Texts.Corpus, 285).Save(second);
        BpeModel.Load(second).Save(second);

        Assert.All(Files, file => Assert.Equal(File.ReadAllBytes(Path.Combine(first, file)), File.ReadAllBytes(Path.Combine(second, file))));
    }

    [Fact]
    public void Hash_AnotherVocabulary_Differs() => Assert.NotEqual(Model.Hash, BpeTrainer.Train(Texts.Corpus, 284).Hash);

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
    public void Load_FileDamaged_NamesIt(string file, string content)
    {
        Model.Save(_folder.Path);
        _folder.Write(file, content);

        AssertNamed(file);
    }

    public void Dispose() => _folder.Dispose();

    private void AssertNamed(string file) =>
        Assert.Contains(Path.Combine(_folder.Path, file), Assert.Throws<InvalidDataException>(() => TextTokenizer.Load(_folder.Path)).Message, StringComparison.Ordinal);
}
