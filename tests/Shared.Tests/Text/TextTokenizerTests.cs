using CsCheck;
using DistTrain.Shared.Text;

namespace DistTrain.Shared.Tests.Text;

public class TextTokenizerTests
{
    private const int Merges = 28;

    private static readonly BpeModel Model = BpeTrainer.Train(Texts.Corpus, SpecialTokens.Count + 256 + Merges);
    private static readonly List<(int Left, int Right)> Learned = NaiveBpe.Train(Texts.Corpus, Merges);
    private static readonly TextTokenizer Tokenizer = new(Model);

    [Fact]
    public void Decode_EncodedText_IsTheText() =>
        Texts.Any.Sample(text => Assert.Equal(text, Tokenizer.Decode(Tokenizer.Encode(text))), iter: 2000, threads: 1);

    [Fact]
    public void Encode_AnyText_HoldsNoSpecialTokenAndNothingBeyondTheVocabulary() => Texts.Any.Sample(
        text => Assert.All(Tokenizer.Encode(text), id => Assert.InRange(id, SpecialTokens.Count, Tokenizer.VocabularySize - 1)), iter: 1000, threads: 1);

    [Fact]
    public void Encode_AnyText_AppliesTheMergesInOrder() =>
        Texts.Any.Sample(text => Assert.Equal(NaiveBpe.Encode(text, Learned), Tokenizer.Encode(text)), iter: 2000, threads: 1);

    [Fact]
    public void Encode_AnyTextAfterTrainingOnAnyLines_AppliesTheMergesInOrder() => Gen.Select(Gen.String[Gen.Char["aab "], 10, 60].Array[2, 6], Gen.String[Gen.Char["aaab "], 0, 40]).Sample((lines, text) =>
    {
        var merges = Possible(lines);
        var tokenizer = new TextTokenizer(BpeTrainer.Train(lines, SpecialTokens.Count + 256 + merges));

        Assert.Equal(NaiveBpe.Encode(text, NaiveBpe.Train(lines, merges)), tokenizer.Encode(text));
    }, iter: 200, threads: 1);

    [Fact]
    public void Encode_AWordOfManyLetters_TakesNoTimeToSpeakOf()
    {
        var word = string.Concat(Enumerable.Repeat("banana", 20_000));
        Assert.Equal(word, Tokenizer.Decode(Tokenizer.Encode(word)));
    }

    // Not as test data: attributes hold UTF-8, which cannot write these texts down.
    [Fact]
    public void Decode_UnpairedSurrogates_AreReplaced()
    {
        Assert.Equal("a\ufffd", Tokenizer.Decode(Tokenizer.Encode("a\ud83d")));
        Assert.Equal("\ufffdb", Tokenizer.Decode(Tokenizer.Encode("\ude00b")));
        Assert.Equal("\ufffd\ufffd", Tokenizer.Decode(Tokenizer.Encode("\ude00\ud83d")));
    }

    [Fact]
    public void Decode_SpecialTokens_StandForNoText() =>
        Assert.Equal("cat", Tokenizer.Decode([SpecialTokens.Bos, .. Tokenizer.Encode("cat"), SpecialTokens.Eos, SpecialTokens.Pad]));

    [Fact]
    public void Decode_PartOfACharacter_IsReplaced() => Assert.Equal("\ufffd", Tokenizer.Decode([SpecialTokens.Count + 0xe6]));

    [Fact]
    public void Train_TheCorpus_LearnsWhatTheNaiveTrainerLearns() => Assert.Equal(
        Learned.Select(pair => (Model.Vocabulary[pair.Left], Model.Vocabulary[pair.Right])), Model.Merges);

    [Fact]
    public void Train_AnyLines_LearnsWhatTheNaiveTrainerLearns() => Gen.String[Gen.Char["aab "], 10, 60].Array[2, 6].Sample(lines =>
    {
        var merges = Possible(lines);
        var model = BpeTrainer.Train(lines, SpecialTokens.Count + 256 + merges);

        Assert.Equal(NaiveBpe.Train(lines, merges).Select(pair => (model.Vocabulary[pair.Left], model.Vocabulary[pair.Right])), model.Merges);
    }, iter: 200, threads: 1);

    [Fact]
    public void Train_TheSameLinesInAnyOrderAndHoweverTheyCome_LearnsTheSame() => Gen.Shuffle(Texts.Corpus).Sample(lines =>
    {
        Assert.Equal(Model.Hash, BpeTrainer.Train(lines, Model.Vocabulary.Count).Hash);
        Assert.Equal(Model.Hash, BpeTrainer.Train(lines.AsParallel().Select(line => line), Model.Vocabulary.Count).Hash);
    }, iter: 20);

    [Fact]
    public void Train_TooLittleText_SaysTheSizeThatIsPossible()
    {
        var failure = Assert.Throws<InsufficientTextException>(() => BpeTrainer.Train(Texts.Corpus, 10_000));

        Assert.Equal(failure.Possible, BpeTrainer.Train(Texts.Corpus, failure.Possible).Vocabulary.Count);
        Assert.Throws<InsufficientTextException>(() => BpeTrainer.Train(Texts.Corpus, failure.Possible + 1));
    }

    // As many merges as the lines give, at most ten.
    private static int Possible(string[] lines)
    {
        var failure = Assert.Throws<InsufficientTextException>(() => BpeTrainer.Train(lines, 5000));
        return Math.Min(10, failure.Possible - SpecialTokens.Count - 256);
    }
}
