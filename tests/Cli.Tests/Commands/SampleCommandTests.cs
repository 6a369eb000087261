using DistTrain.Shared.Datasets;
using DistTrain.Shared.Datasets.Reading;
using DistTrain.Shared.Datasets.Samples;
using DistTrain.Shared.Jobs;
using DistTrain.TestSupport.Processes;

namespace DistTrain.Cli.Tests.Commands;

public sealed class SampleCommandTests : IDisposable
{
    private const string Corpus = "polite-en-zh";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Sample_Files_ReadBackAsTheCorpus()
    {
        var sample = await CommandRun.Of("sample", Corpus, "--out", Path.Combine(_folder.Path, "out"));

        Assert.Equal((0, 4), (sample.ExitCode, sample.Lines.Length));
        foreach (var (file, set) in new[] { ("train.tsv", "train"), ("validation.tsv", "validation") })
            Assert.Equal(
                SampleCorpus.Translations(Corpus, set).Select(example => (example.Source, example.Target, string.Join('|', example.MoreReferences))),
                TranslationReader.Read($"out/{file}", _folder.Path, new DataSpec(), new BadRecords(0))
                    .Select(example => (example.Source, example.Target, string.Join('|', example.MoreReferences))));
        foreach (var (file, set) in new[] { ("preferences.jsonl", "preferences"), ("preferences.validation.jsonl", "preferences-validation") })
            Assert.Equal(SampleCorpus.Preferences(Corpus, set),
                PreferenceReader.Read($"out/{file}", _folder.Path, new DataSpec(), new BadRecords(0)));
    }

    [Fact]
    public async Task Sample_UnknownName_IsWrongUsage() =>
        Assert.Equal(2, (await CommandRun.Of("sample", "no-such", "--out", _folder.Path)).ExitCode);
}
