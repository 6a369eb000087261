using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Checks;
using DistTrain.Shared.Jobs.Phases.Supervised;
using DistTrain.Shared.Tests.Text;
using DistTrain.Shared.Text;
using DistTrain.TestSupport.Processes;

namespace DistTrain.Shared.Tests.Jobs;

/// <summary>Starts of every kind of tokenizer, and jobs of other tokenizers and languages.</summary>
public sealed class JobStartTokenizersTests : IDisposable
{
    private const string Unigram = "unigram", Bpe = "bpe";

    private readonly TemporaryFolder _folder = new();

    public JobStartTokenizersTests()
    {
        foreach (var name in new[] { Unigram, Bpe }) File.Copy(SentencePieceTokenizerTests.Model(name), Path.Combine(_folder.Path, $"{name}.model"));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Of_StartWithASentencePieceModel_IsItsTokenizer()
    {
        var given = new TokenizerSpec { Type = TokenizerSpec.SentencePiece, Model = "elsewhere/spm.model" };
        Write(given, Piece(Unigram), Piece(Unigram));

        Assert.Equal(given, Check("").Spec!.Tokenizer);
        // The same model under another path is no other tokenizer.
        Assert.Equal(given, Check("tokenizer: { type: sentencepiece, model: unigram.model }\n").Spec!.Tokenizer);
        Assert.Equal(
            $"tokenizer.model is 'bpe.model' (hash {Piece(Bpe).Hash}), but the checkpoint '{Checkpoint}' that the job starts from has another " +
                $"(hash {Piece(Unigram).Hash}). Remove the key: model and tokenizer are the start's.",
            Assert.Single(Check("tokenizer: { type: sentencepiece, model: bpe.model }\n").Problems).Message);
        Assert.Equal(["tokenizer.type"], Check("tokenizer: { type: bpe }\n").Problems.Select(problem => problem.Path));
        Assert.Equal(["tokenizer.model"], Check("tokenizer: { type: sentencepiece, model: none.model }\n").Problems.Select(problem => problem.Path));
    }

    [Fact]
    public void Of_StartWithASentencePieceModelForEachSide_ComparesBoth()
    {
        var given = new TokenizerSpec { Type = TokenizerSpec.SentencePiece, Joint = false, SourceModel = "a.model", TargetModel = "b.model" };
        Write(given, Piece(Unigram), Piece(Bpe));
        string Written(string source, string target) => $"tokenizer: {{ type: sentencepiece, joint: false, source_model: {source}.model, " +
            $"target_model: {target}.model }}\n";

        Assert.Equal(given, Check("").Spec!.Tokenizer);
        Assert.Equal(given, Check(Written(Unigram, Bpe)).Spec!.Tokenizer);
        Assert.Equal(["tokenizer.source_model", "tokenizer.target_model"],
            Check(Written(Bpe, Unigram)).Problems.Select(problem => problem.Path).Order());
    }

    [Fact]
    public void Of_StartWithSeparateVocabularies_IsRefusedAsAJointOne()
    {
        var separate = new TokenizerSpec { VocabSize = 300, Joint = false };
        Write(separate, Trained(270), Trained(285));

        Assert.Equal(separate, Check("tokenizer: { joint: false, vocab_size: 300 }\n").Spec!.Tokenizer);
        Assert.Contains("tokenizer.joint is true, but ", Assert.Single(Check("tokenizer: { joint: true }\n").Problems).Message,
            StringComparison.Ordinal);
        Assert.Contains("tokenizer.normalization is nfc, but ", Assert.Single(Check("tokenizer: { normalization: nfc }\n").Problems).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Of_OtherLanguagesThanASeparateVocabularysStart_AreRefused()
    {
        Write(new() { VocabSize = 300, Joint = false }, Trained(270), Trained(285));

        Assert.NotNull(Check("", "source: en, target: de").Spec);
        var problem = Assert.Single(Check("", "source: de, target: en").Problems);
        Assert.Equal(
            (3, "phases[0].data.source",
                $"phases[0].data names de -> en, but the checkpoint '{Checkpoint}' that the job starts from is trained on en -> de. Each of its " +
                    "two vocabularies is of one language. Start from a model of these languages, or from fresh weights."),
            (problem.Line, problem.Path, problem.Message));
    }

    [Fact]
    public void Of_OtherLanguagesThanAJointVocabularysStart_AreWarnedAbout()
    {
        Write(new() { VocabSize = 300 }, Trained(270), null);

        Assert.Empty(Check("", "source: en, target: de").Warnings);
        Assert.Empty(Check("").Warnings);
        var check = Check("", "source: de, target: en");
        Assert.NotNull(check.Spec);
        Assert.Equal(
            $"phases[0].data names de -> en, but the checkpoint '{Checkpoint}' that the job starts from is trained on en -> de. Is that what is " +
                "meant?",
            Assert.Single(check.Warnings).Message);
    }

    private string Checkpoint => Path.Combine(_folder.Path, "base");

    private static SentencePieceTokenizer Piece(string name) => SentencePieceTokenizer.Load(SentencePieceTokenizerTests.Model(name));

    private static TextTokenizer Trained(int size) => new(BpeTrainer.Train(Texts.Corpus, size));

    /// <param name="target">Null: the source's is the target's too.</param>
    private void Write(TokenizerSpec tokenizer, ITokenizer source, ITokenizer? target)
    {
        var trained = new SupervisedPhaseSpec { Name = "pretrain", Steps = 10, Data = new() { Train = "a", Source = "en", Target = "de" } };
        var own = tokenizer.Joint ? source : target!;
        SomeCheckpoint.Write(Checkpoint, job: SomeCheckpoint.Job with { Tokenizer = tokenizer, Phases = [trained] }, tokenizers: new(source, own));
    }

    private JobCheck Check(string tokenizer, string languages = "") => JobCheck.Of(
        $"name: a\nstart: base\n{tokenizer}phases: [{{ name: tune, type: supervised, steps: 5000, data: {{ train: 'sample:polite-en-zh/train', " +
            $"max_length: 39, {languages} }} }}]",
        "a.yaml", new StartPlaces(_folder.Path));
}
