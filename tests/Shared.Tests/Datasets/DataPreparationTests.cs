using DistTrain.Shared.Datasets;
using DistTrain.Shared.Datasets.Preparation;
using DistTrain.Shared.Datasets.Samples;
using DistTrain.Shared.Datasets.Stores;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Phases.Dpo;
using DistTrain.Shared.Jobs.Phases.Supervised;
using DistTrain.Shared.Text;

namespace DistTrain.Shared.Tests.Datasets;

public sealed partial class DataPreparationTests : IDisposable
{
    private readonly DataFolder _data = new();
    private readonly string _run = Directory.CreateTempSubdirectory("disttrain-run-").FullName;
    private readonly List<string> _log = [];

    public void Dispose()
    {
        _data.Dispose();
        Directory.Delete(_run, recursive: true);
    }

    [Fact]
    public void Prepare_SampleJob_StoresDecodeToTheSampleTexts()
    {
        var prepared = Prepare(SampleJob(vocabulary: 700));
        Assert.Equal(["pretrain", "align"], prepared.Phases.Select(phase => phase.Phase));
        Assert.Equal((6_000, 400, 400),
            (prepared.Phases[0].Train.Count, prepared.Phases[0].Validation!.Count, prepared.Phases[0].Translations!.Count));
        Assert.Equal((1_500, 200, 400),
            (prepared.Phases[1].Train.Count, prepared.Phases[1].Validation!.Count, prepared.Phases[1].Translations!.Count));
        var expected = SampleCorpus.Translations("polite-en-zh", "validation")
            .Select(example => new[] { example.Source, example.Target, example.MoreReferences[0] });
        Assert.Equal(expected, Texts(prepared, prepared.Phases[0].Translations!));
        var pairs = SampleCorpus.Preferences("polite-en-zh", "preferences")
            .Select(example => new[] { example.Prompt, example.Chosen, example.Rejected });
        Assert.Equal(pairs, Texts(prepared, prepared.Phases[1].Train));
        Assert.Equal(700, prepared.VocabularySize);
    }

    [Fact]
    public void Prepare_Again_UsesWhatIsThere()
    {
        var first = Prepare(SampleJob(vocabulary: 400));
        var written = Written();
        _log.Clear();
        var second = Prepare(SampleJob(vocabulary: 400));
        Assert.Equal(first.Phases, second.Phases);
        Assert.Equal((first.TokenizerFolder, first.TokenizerHash, first.VocabularySize),
            (second.TokenizerFolder, second.TokenizerHash, second.VocabularySize));
        Assert.Equal(written, Written());
        Assert.Equal(7, _log.Count);
        Assert.All(_log, line => Assert.Contains("before.", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Prepare_OneFileChanged_RedoesThatSetAlone()
    {
        WriteCorpus();
        var first = Prepare(Job());
        _data.Write("val.tsv", "a new sentence\tein neuer Satz\n");
        var second = Prepare(Job());
        Assert.Equal(first.TokenizerHash, second.TokenizerHash);
        Assert.Equal(first.Phases[0].Train, second.Phases[0].Train);
        Assert.NotEqual(first.Phases[0].Validation!.Hash, second.Phases[0].Validation!.Hash);
        Assert.Equal([["a new sentence", "ein neuer Satz"]], Texts(second, second.Phases[0].Validation!));
    }

    [Fact]
    public void Prepare_StoreDamaged_WritesItAgain()
    {
        WriteCorpus();
        var first = Prepare(Job());
        File.WriteAllBytes(first.Phases[0].Train.Path, File.ReadAllBytes(first.Phases[0].Train.Path)[..^9]);
        _log.Clear();
        var second = Prepare(Job());
        Assert.Equal(first.Phases, second.Phases);
        using var store = TokenStore.Open(second.Phases[0].Train.Path);
        Assert.Contains(_log,
            line => line.StartsWith($"Data prepared before cannot be used and are prepared again: The token store '{first.Phases[0].Train.Path}'",
                StringComparison.Ordinal));
    }

    [Fact]
    public void Prepare_TokenizerDamaged_TrainsItAgain()
    {
        WriteCorpus();
        var first = Prepare(Job());
        File.WriteAllText(Path.Combine(first.TokenizerFolder, "merges.txt"), "damaged");
        _log.Clear();
        var second = Prepare(Job());
        Assert.Equal((first.TokenizerHash, first.Phases[0].Train), (second.TokenizerHash, second.Phases[0].Train));
        Assert.Contains(_log, line => line.StartsWith("The tokenizer made before cannot be used and is made again:", StringComparison.Ordinal));
    }

    [Fact]
    public void Prepare_LongExamples_AreDroppedAndCounted()
    {
        WriteCorpus();
        _data.Write("val.tsv", $"short\tkurz\nlong\t{string.Concat(Enumerable.Range(0, 200).Select(n => (char)('0' + (n % 7))))}\n");
        var prepared = Prepare(Job());
        Assert.Equal((1, 1), (prepared.Phases[0].Validation!.Count, prepared.Phases[0].Validation!.Dropped));
        Assert.Equal((2, 0), (prepared.Phases[0].Translations!.Count, prepared.Phases[0].Translations!.Dropped));
        Assert.Contains(_log, line => line.StartsWith("Phase 'pretrain', validation data 'val.tsv': 1 examples, ", StringComparison.Ordinal));
        Assert.Contains(_log, line => line.EndsWith("left out 1 longer than 60 tokens.", StringComparison.Ordinal));
    }

    [Fact]
    public void Prepare_EqualAnswersAndBadRecords_AreLeftOutAndTold()
    {
        var good = """{"prompt": "one two three", "chosen": "eins zwei drei", "rejected": "eins zwo drei"}""";
        var equal = """{"prompt": "one", "chosen": "eins", "rejected": "eins"}""";
        var file = _data.Write("p.jsonl", $"{good}\n{equal}\n{{}}\n{good}\n");
        var data = new DataSpec { Train = "p.jsonl", TolerateBadRecords = 1 };
        var prepared = Prepare(new JobSpec { Tokenizer = new() { VocabSize = 265 }, Phases = [new DpoPhaseSpec { Name = "align", Data = data }] });
        Assert.Equal((2, 1), (prepared.Phases[0].Train.Count, prepared.Phases[0].Train.Dropped));
        Assert.Null(prepared.Phases[0].Validation);
        Assert.Null(prepared.Phases[0].Translations);
        Assert.Contains($"Left out {file}:3: There is no chosen answer: none of the keys 'chosen', 'chosen_response', 'preferred_output', 'win', " +
            "'accepted' and 'positive' (there is no key at all).", _log);
        Assert.Contains(_log,
            line => line.EndsWith("1 whose chosen and rejected answers are the same tokens, 1 bad records.", StringComparison.Ordinal));
    }

    [Fact]
    public void Prepare_WithCleaning_LeavesOutWhatItSaysOfTrainingDataAlone()
    {
        WriteCorpus();
        var more = "the house number 1 is old\tdas Haus Nummer 1 ist alt\nhouse\tdas Haus Nummer 1 ist alt und alt und alt\nthe house\tdas Haus\n";
        _data.Write("train.tsv", File.ReadAllText(Path.Combine(_data.Root, "train.tsv")) + more);
        _data.Write("val.tsv", "house\tdas alte Haus Nummer 1 ist alt\nhouse\tdas alte Haus Nummer 1 ist alt\n");
        var job = Job();
        var plain = Prepare(job);
        _log.Clear();
        var cleaned =
            Prepare(job with { Phases = [job.Phases[0] with { Data = job.Phases[0].Data with { MaxLengthRatio = 2.5, RemoveDuplicates = true } }] });
        Assert.Equal((53, 0), (plain.Phases[0].Train.Count, plain.Phases[0].Train.Dropped));
        Assert.Equal((51, 2), (cleaned.Phases[0].Train.Count, cleaned.Phases[0].Train.Dropped));
        Assert.Equal(plain.Phases[0].Validation, cleaned.Phases[0].Validation);
        Assert.Contains(_log,
            line => line.EndsWith("left out 0 longer than 60 tokens, 1 with one side more than 2.5 times as long as the other, 1 that were there " +
                "before.", StringComparison.Ordinal));
    }

    [Fact]
    public void Prepare_FewerReferencesThanOthers_AreAbsent()
    {
        WriteCorpus();
        _data.Write("val.tsv", "a\tb\tc\td\na\tb\t\t\n");
        var prepared = Prepare(Job());
        using var store = TokenStore.Open(prepared.Phases[0].Translations!.Path);
        Assert.Equal(4, store.Columns);
        Assert.Equal([1, -1], store.Lengths(3));
    }

    [Fact]
    public void Prepare_NothingLeft_NamesTheDataSet()
    {
        WriteCorpus();
        _data.Write("val.tsv", "");
        var error = Assert.Throws<DataFormatException>(() => Prepare(Job()));
        Assert.Equal("val.tsv: No example is left to use as validation data (left out 0 longer than 60 tokens). Give data with examples in them.",
            error.Message);
    }

    [Fact]
    public void Prepare_Stopped_Throws()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => DataPreparation.Prepare(SampleJob(vocabulary: 400), _data.Root, _run, _log.Add, stop.Token));
    }

    [Fact]
    public void Prepare_APreparationBeforeWasKilled_RemovesWhatItLeft()
    {
        WriteCorpus();
        var left = Path.Combine(Directory.CreateDirectory(Path.Combine(_run, "data")).FullName, "0123456789abcdef0123456789abcdef.tmp");
        File.WriteAllText(left, "half a store");
        Prepare(Job());
        Assert.DoesNotContain(Directory.GetFiles(Path.GetDirectoryName(left)!), file => file.EndsWith(".tmp", StringComparison.Ordinal));
    }

    private PreparedData Prepare(JobSpec job) => DataPreparation.Prepare(job, _data.Root, _run, _log.Add, CancellationToken.None);

    private void WriteCorpus()
    {
        _data.Write("train.tsv", string.Concat(Enumerable.Range(0, 50).Select(n => $"the house number {n} is old\tdas Haus Nummer {n} ist alt\n")));
        _data.Write("val.tsv", "the old house\tdas alte Haus\n");
    }

    private static JobSpec Job() => new()
    {
        Tokenizer = new() { VocabSize = 280 },
        Phases = [new SupervisedPhaseSpec { Name = "pretrain", Data = new() { Train = "train.tsv", Validation = "val.tsv", MaxLength = 60 } }],
    };

    private static JobSpec SampleJob(int vocabulary) => new()
    {
        Tokenizer = new() { VocabSize = vocabulary },
        Phases =
        [
            new SupervisedPhaseSpec
            {
                Name = "pretrain",
                Data = new() { Train = "sample:polite-en-zh/train", Validation = "sample:polite-en-zh/validation" },
            },
            new DpoPhaseSpec
            {
                Name = "align", Data = new() { Train = "sample:polite-en-zh/preferences", Validation = "sample:polite-en-zh/preferences-validation" },
                Validate = new() { Translations = "sample:polite-en-zh/validation" },
            },
        ],
    };

    private static IEnumerable<string[]> Texts(PreparedData prepared, StoreRef reference)
    {
        var tokenizer = TextTokenizer.Load(prepared.TokenizerFolder);
        using var store = TokenStore.Open(reference.Path);
        Assert.Equal((reference.Hash, reference.Count), (store.Hash, store.Count));
        for (var index = 0; index < store.Count; index++)
            yield return [.. Enumerable.Range(0, store.Columns)
                .Select(column => column > 0 && store.HoldsTexts
                    ? TextCells.Text(store.Tokens(column, index)) : tokenizer.Decode(store.Tokens(column, index).ToArray()))];
    }

    private List<(string, DateTime)> Written() =>
        [.. Directory.GetFiles(_run, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(file => (file, File.GetLastWriteTimeUtc(file)))];
}
