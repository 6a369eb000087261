using DistTrain.Cli.Terminal;
using DistTrain.Cli.Text;
using DistTrain.Shared.Metrics;
using DistTrain.TestSupport;
using DistTrain.TestSupport.Processes;

namespace DistTrain.Cli.Tests.Text;

public sealed class BleuTokenizersTests : IDisposable
{
    private static readonly string Model = Path.Combine(Repository.Root, "tests", "Shared.Tests", "Text", "SentencePiece", "bpe.model");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("flores101", "sacrebleu_tokenizer_spm.model")]
    [InlineData("flores200", "flores200sacrebleuspm")]
    public void Open_ModelThatSacreBleuHasDownloaded_IsFound(string name, string file)
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "models"));
        File.Copy(Model, Path.Combine(_folder.Path, "models", file));

        using var opened = BleuTokenizers.Open(name, model: null, _folder.Path);

        Assert.Equal(name, opened.Tokenizer.Name);
        // "the small" is more than two pieces of this model.
        Assert.Equal(5, Bleu.Statistics("the small bird", ["x"], opened.Tokenizer).HypothesisLength);
    }

    [Fact]
    public void Open_ModelThatIsNotThere_NamesThePlaceAndTheRemedy()
    {
        var refused = Assert.Throws<UsageException>(() => BleuTokenizers.Open("flores200", model: null, _folder.Path));

        Assert.Contains(Path.Combine(_folder.Path, "models", "flores200sacrebleuspm"), refused.Message, StringComparison.Ordinal);
        Assert.EndsWith("or give its file as --tokenizer-model.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_ModelOfOnesOwn_IsSignedByItsContent()
    {
        using var opened = BleuTokenizers.Open("spm", new FileInfo(Model), _folder.Path);

        Assert.Matches("^spm-[0-9a-f]{8}$", opened.Tokenizer.Name);
    }

    [Theory]
    [InlineData("13a")]
    [InlineData("ja-mecab")]
    public void Open_ModelForATokenizerWithoutOne_IsRefused(string name) =>
        Assert.Contains($"the tokenization {name} takes no model",
            Assert.Throws<UsageException>(() => BleuTokenizers.Open(name, new FileInfo(Model), _folder.Path)).Message, StringComparison.Ordinal);
}
