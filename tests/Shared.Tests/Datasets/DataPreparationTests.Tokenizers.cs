using DistTrain.Shared.Datasets;
using DistTrain.Shared.Datasets.Stores;
using DistTrain.Shared.Text;
using DistTrain.Shared.Text.Unicode;

namespace DistTrain.Shared.Tests.Datasets;

/// <summary>The tokenizer that a preparation trains or loads.</summary>
public sealed partial class DataPreparationTests
{
    [Fact]
    public void Prepare_SeparateVocabularies_EncodesEachSideWithItsOwn()
    {
        WriteCorpus();
        var prepared = Prepare(Job() with { Tokenizer = new() { VocabSize = 270, Joint = false } });
        var tokenizers = TokenizerPair.Load(prepared.TokenizerFolder);
        Assert.False(tokenizers.IsJoint);
        Assert.Equal((270, 270, tokenizers.Hash), (prepared.SourceVocabularySize, prepared.VocabularySize, prepared.TokenizerHash));
        using var store = TokenStore.Open(prepared.Phases[0].Train.Path);
        Assert.Equal(tokenizers.Source.Encode("the house number 7 is old"), store.Tokens(0, 7).ToArray());
        Assert.Equal(tokenizers.Target.Encode("das Haus Nummer 7 ist alt"), store.Tokens(1, 7).ToArray());
        Assert.NotEqual(tokenizers.Target.Encode("the house"), tokenizers.Source.Encode("the house"));
    }

    [Fact]
    public void Prepare_SentencePieceModels_AreLoadedAndUsedAgainUntilTheyChange()
    {
        WriteCorpus();
        foreach (var name in new[] { "unigram", "bpe" })
            File.Copy(Text.SentencePieceTokenizerTests.Model(name), Path.Combine(_data.Root, $"{name}.model"));
        var job = Job()
            with { Tokenizer = new() { Type = "sentencepiece", Joint = false, SourceModel = "unigram.model", TargetModel = "bpe.model" } };
        var prepared = Prepare(job);
        Assert.Equal((121, 150), (prepared.SourceVocabularySize, prepared.VocabularySize));
        Assert.Contains("Tokenizer: 121 entries for the source and 150 for the target, loaded from 'unigram.model' and 'bpe.model'.", _log);
        Assert.Equal(prepared.TokenizerHash, Prepare(job).TokenizerHash);
        Assert.Contains(_log, line => line.EndsWith("made before.", StringComparison.Ordinal));
        File.Copy(Path.Combine(_data.Root, "bpe.model"), Path.Combine(_data.Root, "unigram.model"), overwrite: true);
        Assert.Equal(150, Prepare(job).SourceVocabularySize);
    }

    [Fact]
    public void Prepare_VocabularyTooLarge_NamesTheSettingAndTheLargestValue()
    {
        _data.Write("train.tsv", "aaaa\tbbbb\n");
        _data.Write("val.tsv", "a\tb\n");
        var error = Assert.Throws<DataFormatException>(() => Prepare(Job()));
        Assert.Equal(
            "train.tsv: tokenizer.vocab_size is 280, but this text gives a vocabulary of at most 261 entries. Set tokenizer.vocab_size to 261 or " +
                "less, or tokenizer.soft_vocab to true, or train on more text.",
            error.Message);
        Assert.Equal(261, Prepare(Job() with { Tokenizer = new() { VocabSize = 261 } }).VocabularySize);
    }

    [Fact]
    public void Prepare_TextForLessThanTheSmallestVocabulary_NamesNoSizeThatIsRefused()
    {
        _data.Write("train.tsv", "a\tb\n");
        _data.Write("val.tsv", "a\tb\n");
        var error = Assert.Throws<DataFormatException>(() => Prepare(Job()));
        Assert.Equal(
            "train.tsv: tokenizer.vocab_size is 280, but this text gives a vocabulary of at most 259 entries. No size that is allowed is as small " +
                "(the smallest is 260): set tokenizer.soft_vocab to true, or train on more text.",
            error.Message);
        Assert.Equal(259, Prepare(Job() with { Tokenizer = new() { VocabSize = 280, SoftVocab = true } }).VocabularySize);
        Assert.Contains("Tokenizer: the text gives 259 entries, fewer than the 280 of tokenizer.vocab_size.", _log);
    }

    [Fact]
    public void Prepare_WithANormalization_IsOfTheTokenizerAndOfNoOther()
    {
        WriteCorpus();
        var plain = Prepare(Job()).TokenizerHash;
        var job = Job() with { Tokenizer = new() { VocabSize = 280, Normalization = Normalization.Nfkc } };
        var prepared = Prepare(job);
        Assert.NotEqual(plain, prepared.TokenizerHash);
        var tokenizer = TextTokenizer.Load(prepared.TokenizerFolder);
        Assert.Equal(tokenizer.Encode("fi"), tokenizer.Encode("\ufb01"));
        Assert.Equal(prepared.TokenizerHash, Prepare(job).TokenizerHash);
        Assert.Contains(_log, line => line.EndsWith("made before.", StringComparison.Ordinal));
    }

    [Fact]
    public void Prepare_ASmallVocabulary_SaysWhatItLeavesOut()
    {
        WriteCorpus();
        Prepare(Job());
        Assert.Contains("Tokenizer: <unk> stands for characters whose bytes are not in the training text. From a tokenizer.vocab_size of 2,048 on " +
            "every text can be written.", _log);
    }
}
