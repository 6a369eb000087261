using CsCheck;
using DistTrain.Shared.Datasets.Samples;
using DistTrain.Shared.Text;
using DistTrain.Shared.Text.Unicode;
using DistTrain.Shared.Text.Words;

namespace DistTrain.Shared.Tests.Text;

public class TextTokenizerTests
{
    private const int Merges = 28;

    private static readonly BpeOptions AllBytes = new() { LeavesOutBytes = false };
    private static readonly BpeModel Model = BpeTrainer.Train(Texts.Corpus, SpecialTokens.Count + 256 + Merges, AllBytes);
    private static readonly List<(int Left, int Right)> Learned = NaiveBpe.Train(Texts.Corpus, Merges);
    private static readonly TextTokenizer Tokenizer = new(Model);

    [Fact]
    public void Decode_EncodedText_IsTheText() =>
        Texts.Any.Sample(text => Assert.Equal(text, Tokenizer.Decode(Tokenizer.Encode(text))), iter: 2000, threads: 1);

    [Fact]
    public void Encode_AnyText_HoldsNoSpecialTokenAndNothingBeyondTheVocabulary() => Texts.Any.Sample(
        text => Assert.All(Tokenizer.Encode(text), id => Assert.InRange(id, SpecialTokens.Count, Tokenizer.VocabularySize - 1)), iter: 1000,
        threads: 1);

    [Fact]
    public void Encode_AnyText_AppliesTheMergesInOrder() =>
        Texts.Any.Sample(text => Assert.Equal(NaiveBpe.Encode(text, Learned), Tokenizer.Encode(text)), iter: 2000, threads: 1);

    [Fact]
    public void Encode_AnyTextAfterTrainingOnAnyLines_AppliesTheMergesInOrder() =>
        Gen.Select(Gen.String[Gen.Char["aab "], 10, 60].Array[2, 6], Gen.String[Gen.Char["aaab "], 0, 40]).Sample((lines, text) =>
        {
            var merges = Possible(lines);
            var tokenizer = new TextTokenizer(BpeTrainer.Train(lines, SpecialTokens.Count + 256 + merges, AllBytes));

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
            var model = BpeTrainer.Train(lines, SpecialTokens.Count + 256 + merges, AllBytes);

        Assert.Equal(NaiveBpe.Train(lines, merges).Select(pair => (model.Vocabulary[pair.Left], model.Vocabulary[pair.Right])), model.Merges);
    }, iter: 200, threads: 1);

    // Thai letters with their marks, an ideograph and an emoji: characters of three and four bytes, learned as a whole and in part.
    [Fact]
    public void TrainAndEncode_CharactersOfManyBytes_AreAsTheNaiveOnes() => Gen.Select(Many.Array[2, 5], Many).Sample((lines, text) =>
        {
            var merges = Math.Min(30, Possible(lines, 5000));
            var model = BpeTrainer.Train(lines, SpecialTokens.Count + 256 + merges, AllBytes);
            var learned = NaiveBpe.Train(lines, merges);

        Assert.Equal(learned.Select(pair => (model.Vocabulary[pair.Left], model.Vocabulary[pair.Right])), model.Merges);
        Assert.Equal(NaiveBpe.Encode(text, learned), new TextTokenizer(model).Encode(text));
    }, iter: 300, threads: 1);

    [Fact]
    public void Train_OneWordOfManyLetters_TakesNoTimeToSpeakOf()
    {
        var random = new PCG(7);
        var letters = string.Concat(Enumerable.Range(0, 300_000).Select(_ => (char)('a' + random.Next(26))));

        Assert.Equal(2000, BpeTrainer.Train([letters], 2000).Vocabulary.Count);
        foreach (var (longest, merges) in new[] { (new BpeOptions().LongestToken, 6), (int.MaxValue, 17) })
            Assert.Equal(merges, BpeTrainer.Train([new string('a', 300_000)], 2000, new() { IsSoft = true, LongestToken = longest }).Merges.Count);
    }

    // Runs of equal letters, which the limit concerns first, and characters of several bytes, which it counts once.
    [Fact]
    public void Train_WithALongestToken_LearnsWhatTheNaiveTrainerLearns() =>
        Gen.Select(Gen.Int[1, 6], Gen.OneOf(Gen.String[Gen.Char["aaab "], 10, 60], Many).Array[2, 6]).Sample((longest, lines) =>
        {
            var options = AllBytes with { IsSoft = true, LongestToken = longest };
            var most = BpeTrainer.Train(lines, 5000, options).Merges.Count;
            var merges = Math.Min(30, most);
            var model = BpeTrainer.Train(lines, SpecialTokens.Count + 256 + merges, options);
            var learned = NaiveBpe.Train(lines, merges, longest);

            Assert.Equal(learned.Select(pair => (model.Vocabulary[pair.Left], model.Vocabulary[pair.Right])), model.Merges);
            Assert.All(lines, line => Assert.Equal(line, new TextTokenizer(model).Decode(new TextTokenizer(model).Encode(line))));
        }, iter: 200, threads: 1);

    [Fact]
    public void Train_OnTheSample_IsUntouchedByTheLongestToken()
    {
        string[] lines = [.. SampleCorpus.Translations("polite-en-zh", "train").SelectMany(pair => new[] { pair.Source, pair.Target })];

        Assert.Equal(BpeTrainer.Train(lines, 700, new() { LongestToken = int.MaxValue }).Hash, BpeTrainer.Train(lines, 700).Hash);
    }

    [Theory]
    [InlineData('a')]
    [InlineData('\u0e01')]
    public void Train_OnAJunkLine_HasNoTokenOfMoreCharactersThanAWord(char letter)
    {
        var model = BpeTrainer.Train([new string(letter, 10_000), new string('b', 64), new string('b', 64)], 600, new() { IsSoft = true });
        var tokenizer = new TextTokenizer(model);

        Assert.Equal([64], tokenizer.Encode(new string(letter, 6400)).Select(id => tokenizer.Decode([id]).Length).Distinct());
        Assert.Single(tokenizer.Encode(new string('b', 64)));
    }

    [Fact]
    public void Train_SoftlyOnTooLittleText_TakesWhatThereIs()
    {
        var possible = Possible();

        Assert.Equal(BpeTrainer.Train(Texts.Corpus, possible).Hash, BpeTrainer.Train(Texts.Corpus, 10_000, new() { IsSoft = true }).Hash);
        Assert.Equal(259, BpeTrainer.Train([], 300, new() { IsSoft = true }).Vocabulary.Count);
    }

    [Fact]
    public void Train_WordsWithMarks_MergesAcrossThem()
    {
        string[] lines = [.. Enumerable.Repeat("\u0928\u092e\u0938\u094d\u0924\u0947 \u0928\u092e\u0938\u094d\u0924\u0947", 5)];
        var soft = new BpeOptions { IsSoft = true };

        Assert.Equal(2, new TextTokenizer(BpeTrainer.Train(lines, 400, soft)).Encode(lines[0]).Length);
        Assert.InRange(new TextTokenizer(BpeTrainer.Train(lines, 400, soft with { Words = WordPattern.Gpt2 })).Encode(lines[0]).Length, 6, 12);
    }

    [Fact]
    public void Train_LeavingOutBytes_HasTheSizeThatWasAskedForAndEveryByteOfTheText() => Gen.Int[259, Possible() - 1].Sample(size =>
        {
            var model = BpeTrainer.Train(Texts.Corpus, size);
            var tokenizer = new TextTokenizer(model);

        Assert.Equal(size, model.Vocabulary.Count);
        Assert.False(model.HasAllBytes);
        Assert.Equal(size, model.Vocabulary.Distinct().Count());
        Assert.All(Texts.Corpus, text => Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text))));
        Assert.True(model.Merges.Count > size - 259);
    }, iter: 40);

    [Fact]
    public void Train_WithoutOptions_LeavesBytesOutOfAVocabularyThatTheyWouldFill()
    {
        string[] lines = [.. Enumerable.Range(0, 5000).Select(number => $"{number * 7919} {number * 104729}")];

        Assert.Equal([false, true],
            new[] { BpeOptions.AllBytesFrom - 1, BpeOptions.AllBytesFrom }.Select(size => BpeTrainer.Train(lines, size).HasAllBytes));
        Assert.Equal([true, false],
            new bool?[] { false, true }.Select(leavesOut => BpeTrainer.Train(lines, 2100, new() { LeavesOutBytes = leavesOut }).HasAllBytes));
    }

    [Fact]
    public void Train_ASmallVocabularyOnTwoScripts_HasMergesForTheWordsOfBoth()
    {
        // Twenty words of each, of letters enough that all bytes and whole words have no place together.
        var random = new PCG(3);
        string[] Words(int first) =>
            [.. Enumerable.Range(0, 20).Select(_ => string.Concat(Enumerable.Range(0, 5).Select(_ => (char)(first + random.Next(24)))))];
        string[] english = Words('a'), hindi = Words(0x0915);
        var tokenizer = new TextTokenizer(
            BpeTrainer.Train(Enumerable.Repeat(string.Join(' ', english), 20).Concat(Enumerable.Repeat(string.Join(' ', hindi), 20)), 360,
                new() { IsSoft = true }));

        Assert.Equal((20, 20), (tokenizer.Encode(string.Join(' ', english)).Length, tokenizer.Encode(string.Join(' ', hindi)).Length));
    }

    [Fact]
    public void Train_LeavingOutBytesForNoMerges_HasThemAll()
    {
        var possible = Possible();

        Assert.Equal(BpeTrainer.Train(Texts.Corpus, possible, AllBytes).Hash, BpeTrainer.Train(Texts.Corpus, possible).Hash);
        Assert.Throws<InsufficientTextException>(() => BpeTrainer.Train(Texts.Corpus, possible + 1));
    }

    [Fact]
    public void Encode_BytesThatWereLeftOut_AreOneUnknownTokenAWord()
    {
        // Merges enough for every place that is not one of the 26 letters and the blank.
        var words = from first in "abcdefghijklmnopqrstuvwxyz" from second in "abcdefghijklmnopqrstuvwxyz" select $"{first}{second}{first}{second}";
        var tokenizer = new TextTokenizer(BpeTrainer.Train([string.Join(' ', words)], 300));
        var unknown = SpecialTokens.Count;

        Assert.Equal(unknown, tokenizer.Unknown);
        Assert.Null(Tokenizer.Unknown);
        Assert.Equal([unknown, unknown], tokenizer.Encode("\u732b\u732b \u732b").Where(id => id == unknown));
        Assert.Equal("<unk>", tokenizer.Piece(unknown));
        Assert.Equal("ab\ufffd", tokenizer.Decode([.. tokenizer.Encode("ab"), unknown]));
        // Its name in a text is text: letters between two characters that are not known.
        Assert.Equal(["<unk>", "u", "n", "k", "<unk>"], tokenizer.Encode("<unk>").Select(tokenizer.Piece));
    }

    [Theory]
    [InlineData(Normalization.Nfc, "caf\u00e9 \ufb01")]
    [InlineData(Normalization.Nfkc, "caf\u00e9 fi")]
    public void Encode_WithANormalization_IsOfTheNormalText(Normalization form, string normal)
    {
        const string text = "cafe\u0301 \ufb01";
        var model = BpeTrainer.Train([text, text], 262, new() { Normalization = form });
        var tokenizer = new TextTokenizer(model);

        Assert.Equal(normal, tokenizer.Decode(tokenizer.Encode(text)));
        Assert.Equal(tokenizer.Encode(normal), tokenizer.Encode(text));
        Assert.Equal(BpeTrainer.Train([normal, normal], 262).Merges, model.Merges);
        Assert.NotEqual(BpeTrainer.Train([normal, normal], 262).Hash, model.Hash);
    }

    [Fact]
    public void Train_TheSameLinesInAnyOrderAndHoweverTheyCome_LearnsTheSame() => Gen.Shuffle(Texts.Corpus).Sample(lines =>
        {
            Assert.Equal(Model.Hash, BpeTrainer.Train(lines, Model.Vocabulary.Count, AllBytes).Hash);
            Assert.Equal(Model.Hash, BpeTrainer.Train(lines.AsParallel().Select(line => line), Model.Vocabulary.Count, AllBytes).Hash);
    }, iter: 20);

    [Fact]
    public void Train_TooLittleText_SaysTheSizeThatIsPossible()
    {
        var failure = Assert.Throws<InsufficientTextException>(() => BpeTrainer.Train(Texts.Corpus, 10_000));

        Assert.Equal(failure.Possible, BpeTrainer.Train(Texts.Corpus, failure.Possible).Vocabulary.Count);
        Assert.Throws<InsufficientTextException>(() => BpeTrainer.Train(Texts.Corpus, failure.Possible + 1));
    }

    private static readonly Gen<string> Many = Gen.OneOf("\u0e01", "\u0e02", "\u0e35", "\u0e48", "\u4e00", "\u2014", "\u201e", "\U0001F600",
        "\u00e4", "a", " ").Array[5, 40].Select(string.Concat);

    // As many merges as the lines give, at most ten.
    private static int Possible(string[] lines) => Math.Min(10, Possible(lines, 5000));

    private static int Possible(string[] lines, int size) =>
        Assert.Throws<InsufficientTextException>(() => BpeTrainer.Train(lines, size)).Possible - SpecialTokens.Count - 256;

    /// <summary>The most entries that the corpus gives, with all bytes.</summary>
    private static int Possible() => Assert.Throws<InsufficientTextException>(() => BpeTrainer.Train(Texts.Corpus, 10_000)).Possible;
}
