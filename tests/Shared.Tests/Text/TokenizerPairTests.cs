using DistTrain.Shared.Text;
using DistTrain.TestSupport.Processes;

namespace DistTrain.Shared.Tests.Text;

public sealed class TokenizerPairTests : IDisposable
{
    private static readonly TextTokenizer Small = new(BpeTrainer.Train(Texts.Corpus, 270)), Large = new(BpeTrainer.Train(Texts.Corpus, 285));

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Load_OfAJointTokenizer_IsOneObjectUnderPlainNames()
    {
        new TokenizerPair(Small, Small).Save(_folder.Path);
        var loaded = TokenizerPair.Load(_folder.Path);
        Assert.Equal(["vocab.json", "merges.txt", "tokenizer.json"], TokenizerPair.Files(_folder.Path));
        Assert.True(loaded.IsJoint);
        Assert.Equal((Small.Hash, null), (loaded.Hash, loaded.SourceVocabularySize));
    }

    [Fact]
    public void Load_OfTwoTokenizers_KeepsThemApart()
    {
        new TokenizerPair(Small, Large).Save(_folder.Path);
        var loaded = TokenizerPair.Load(_folder.Path);
        Assert.Equal((270, 285, 270), (loaded.Source.VocabularySize, loaded.Target.VocabularySize, loaded.SourceVocabularySize));
        Assert.NotEqual(new TokenizerPair(Large, Small).Hash, loaded.Hash);
        Assert.Equal(Small.Encode("the cat sat there"), loaded.Source.Encode("the cat sat there"));
        Assert.Equal(Large.Encode("the cat sat there"), loaded.Target.Encode("the cat sat there"));
    }

    [Fact]
    public void Save_OverOtherTokenizers_LeavesNothingOfThem()
    {
        new TokenizerPair(Small, Large).Save(_folder.Path);
        var model = SentencePieceTokenizer.Load(SentencePieceTokenizerTests.Model("unigram"));
        new TokenizerPair(model, model).Save(_folder.Path);
        Assert.Equal(["sentencepiece.model"], TokenizerPair.Files(_folder.Path));
        Assert.Equal(model.Hash, TokenizerPair.Load(_folder.Path).Hash);
    }

    [Fact]
    public void Piece_OfEveryToken_IsReadableAndTellsBytesApart()
    {
        Assert.Equal("the other cat", string.Concat(Large.Encode("the other cat").Select(Large.Piece)));
        Assert.Equal(["<e7>", "<8c>", "<ab>"], Small.Encode("\u732b").Select(Small.Piece));
        Assert.Equal(["<pad>", "<s>", "</s>"], Enumerable.Range(0, SpecialTokens.Count).Select(Small.Piece));
        Assert.Equal(Large.VocabularySize, Enumerable.Range(0, Large.VocabularySize).Select(Large.Piece).Distinct().Count());
    }

    public void Dispose() => _folder.Dispose();
}
