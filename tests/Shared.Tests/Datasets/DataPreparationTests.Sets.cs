using DistTrain.Shared.Datasets;
using DistTrain.Shared.Datasets.Preparation;
using DistTrain.Shared.Datasets.Stores;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Phases.Dpo;

namespace DistTrain.Shared.Tests.Datasets;

/// <summary>What is measured, cut, weighed, left out and told of the sets of a phase.</summary>
public sealed partial class DataPreparationTests
{
    [Fact]
    public void Prepare_AnyPhase_MeasuresHowLongTargetsAreForWhatIsTrainedOnAlone()
    {
        WriteCorpus();
        _data.Write("val.tsv", "a\tb b b b b b b b b b b b b b b b b b b b b b b b b b b b\n");
        _data.Write("p.tsv", "the house\tdas Haus\tdas Haus 1 1 1 1 1 1 1 1 1\n");
        var dpo = new DpoPhaseSpec { Name = "align", Data = new() { Train = "p.tsv" } };
        var prepared = Prepare(Job() with { Phases = [Job().Phases[0], dpo] });
        Assert.Equal(1, prepared.Phases[0].Train.LengthFactor);
        Assert.Equal((null, null), (prepared.Phases[0].Validation!.LengthFactor, prepared.Phases[0].Translations!.LengthFactor));
        using var store = TokenStore.Open(prepared.Phases[1].Train.Path);
        var needed = (store.Length(2, 0) - 5) / (double)store.Length(0, 0);
        Assert.InRange(prepared.Phases[1].Train.LengthFactor!.Value, needed, needed + 0.01);
        Assert.Equal(prepared.Phases[1].Train.LengthFactor, prepared.LengthFactor());
    }

    [Fact]
    public void Prepare_StoreOfAnEarlierVersion_IsMeasured()
    {
        WriteCorpus();
        var first = Prepare(Job());
        foreach (var entry in Directory.GetFiles(Path.Combine(_run, "data"), "*.json"))
        {
            var fields = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(entry))!.AsObject();
            Assert.True(fields.Remove("LengthFactor"));
            File.WriteAllText(entry, fields.ToJsonString());
        }
        Assert.Equal(first.Phases, Prepare(Job()).Phases);
        Assert.All(_log.TakeLast(4), line => Assert.Contains("before.", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Prepare_TooLongIsCut_KeepsTheBeginningsAndCounts()
    {
        WriteCorpus();
        var job = Job();
        var whole = Prepare(job);
        var longest = whole.Phases[0].Train.SourceTokens / 50;
        _log.Clear();
        var cut = Prepare(job
            with { Phases = [job.Phases[0] with { Data = job.Phases[0].Data with { MaxLength = (int)longest - 1, TooLong = TooLong.Cut } }] });
        Assert.Equal((50, 0, null), (cut.Phases[0].Train.Count, cut.Phases[0].Train.Dropped, cut.Phases[0].Train.Warning));
        using var before = TokenStore.Open(whole.Phases[0].Train.Path);
        using var after = TokenStore.Open(cut.Phases[0].Train.Path);
        for (var example = 0; example < 50; example++)
            for (var column = 0; column < 2; column++)
            {
                var tokens = before.Tokens(column, example).ToArray();
                Assert.Equal(tokens[..Math.Min(tokens.Length, (int)longest - 1)], after.Tokens(column, example).ToArray());
            }
        Assert.Contains(_log,
            line => line.StartsWith("Phase 'pretrain', training data 'train.tsv': 50 examples, ", StringComparison.Ordinal)
                && line.EndsWith($"; left out none; cut 50 examples to {longest - 1} tokens.", StringComparison.Ordinal));
        // Validation data are what they are.
        Assert.Equal(0, cut.Phases[0].Validation!.Dropped);
    }

    [Fact]
    public void Prepare_PairsEqualAfterTheCut_AreVoid()
    {
        _data.Write("p.tsv", "one two three\teins zwei drei vier\teins zwei drei acht\none\teins\tzwei\n");
        var data = new DataSpec { Train = "p.tsv", TooLong = TooLong.Cut, MaxLength = 4 };
        var prepared = Prepare(new JobSpec
        {
            Tokenizer = new() { VocabSize = 259 + 1 },
            Phases = [new DpoPhaseSpec { Name = "align", Data = data }],
        });
        Assert.Equal((1, 1), (prepared.Phases[0].Train.Count, prepared.Phases[0].Train.Dropped));
        Assert.Equal([["one", "eins", "zwei"]], Texts(prepared, prepared.Phases[0].Train));
    }

    [Fact]
    public void Prepare_SeveralSets_AreStoredEachByItselfAndToldWithTheirShares()
    {
        WriteCorpus();
        _data.Write("more.tsv", "the old house\tdas alte Haus\nthe house\tdas Haus\n");
        var data = Job().Phases[0].Data;
        var prepared = Prepare(Job()
            with { Phases = [Job().Phases[0]
                with { Data = data
                    with { More = [data with { Train = "more.tsv", Weight = 25, Validation = null },
                        data with { Train = "val.tsv", Weight = 0.5, Validation = null }] } }] });
        var phase = prepared.Phases[0];
        Assert.Equal([50, 2, 1], phase.TrainingStores().Select(store => store.Count));
        Assert.Equal([["the old house", "das alte Haus"], ["the house", "das Haus"]], Texts(prepared, phase.More![0]));
        Assert.Equal(5, phase.Stores().Count());
        Assert.NotEqual(phase.Train.Hash, phase.TrainingHash());
        Assert.Contains("Phase 'pretrain', an epoch: 50 examples of 'train.tsv' 1 times (49.8 %), 2 examples of 'more.tsv' 25 times (49.8 %), 1 " +
            "examples of 'val.tsv' 0.5 times (0.5 %).", _log);
        Assert.Contains(_log, line => line.EndsWith("trained on 'train.tsv', 'more.tsv', 'val.tsv'.", StringComparison.Ordinal));
    }

    [Fact]
    public void Prepare_WeightsThatLeaveAnEpochEmpty_NamesThem()
    {
        WriteCorpus();
        var job = Job();
        var error = Assert.Throws<DataFormatException>(() =>
            Prepare(job with { Phases = [job.Phases[0] with { Data = job.Phases[0].Data with { Weight = 0.01 } }] }));
        Assert.Equal("train.tsv: The weights of phase 'pretrain' leave an epoch without an example. Raise data.weight.", error.Message);
    }

    public static TheoryData<string, string> MostLeftOut => new()
    {
        { "max_length",
            "50 of 53 examples of the training data 'train.tsv' are left out, 50 longer than 4 tokens. Raise data.max_length, or write " +
                "data.too_long: cut to train on their beginnings. Are these sentences, one a record?" },
        { "model",
            "50 of 53 examples of the training data 'train.tsv' are left out, 50 longer than 4 tokens. Raise model.max_length, which is 5, or " +
                "write data.too_long: cut to train on their beginnings." },
        { "ratio",
            "50 of 53 examples of the training data 'train.tsv' are left out, 50 with one side more than 1.01 times as long as the other. Look " +
                "whether source and target belong together line by line; if they do, raise data.max_length_ratio." },
        { "duplicates",
            "52 of 53 examples of the training data 'train.tsv' are left out, 52 that were there before. If they are meant to count more, remove " +
                "data.remove_duplicates." },
        { "bad", "52 of 53 examples of the training data 'train.tsv' are left out, 52 bad records. Correct the file: the first is " +
            "ROOT/train.tsv:1, " },
    };

    [Theory]
    [MemberData(nameof(MostLeftOut))]
    public void Prepare_MostExamplesLeftOut_WarnsWithTheRemedyThatFits(string what, string warning)
    {
        WriteCorpus();
        var few = "a\ta\nb\tb\nc\tc\n";
        _data.Write("train.tsv", what switch
        {
            "duplicates" => string.Concat(Enumerable.Repeat("the house number is old\tdas Haus Nummer ist alt\n", 53)),
            "bad" => string.Concat(Enumerable.Repeat("no column\n", 52)) + "the house number is old\tdas Haus Nummer ist alt\n",
            "ratio" => string.Concat(Enumerable.Range(0, 50).Select(n => $"the house number {n} is old\tja.\n")) + few,
            _ => File.ReadAllText(Path.Combine(_data.Root, "train.tsv")) + few,
        });
        var data = Job().Phases[0].Data with { Validation = null };
        data = what switch
        {
            "max_length" => data with { MaxLength = 4 },
            "ratio" => data with { MaxLengthRatio = 1.01 },
            "duplicates" => data with { RemoveDuplicates = true },
            "bad" => data with { TolerateBadRecords = 60 },
            _ => data,
        };
        var prepared = Prepare(Job()
            with { Tokenizer = new() { VocabSize = 262 }, Model = new() { MaxLength = what == "model" ? 5 : 256 },
                Phases = [Job().Phases[0] with { Data = data }] });
        Assert.StartsWith(warning.Replace("ROOT", _data.Root, StringComparison.Ordinal), prepared.Phases[0].Train.Warning, StringComparison.Ordinal);
        Assert.Equal([$"Phase 'pretrain': {prepared.Phases[0].Train.Warning}"], prepared.Warnings());
        Assert.Equal(prepared.Phases[0],
            Prepare(Job()
                with { Tokenizer = new() { VocabSize = 262 }, Model = new() { MaxLength = what == "model" ? 5 : 256 },
                    Phases = [Job().Phases[0] with { Data = data }] }).Phases[0]);
    }

    [Fact]
    public void Prepare_HalfLeftOut_WarnsOfNothing()
    {
        WriteCorpus();
        _data.Write("val.tsv", $"short\tkurz\nlong\t{string.Concat(Enumerable.Range(0, 200).Select(n => (char)('0' + (n % 7))))}\n");
        Assert.Empty(Prepare(Job()).Warnings());
    }

    [Fact]
    public void Prepare_Asked_ReportsEachSetAlsoOneThatIsThereTwice()
    {
        WriteCorpus();
        var found = new List<SetReport>();
        var job = Job() with { Phases = [Job().Phases[0], Job().Phases[0] with { Name = "again" }] };
        DataPreparation.Prepare(job, _data.Root, _run, _log.Add, CancellationToken.None, found: found.Add);
        Assert.Equal(
            ["pretrain training train.tsv 50", "pretrain validation val.tsv 1", "pretrain translation val.tsv 1", "again training train.tsv 50",
                "again validation val.tsv 1", "again translation val.tsv 1"],
            found.Select(set => $"{set.Phase} {set.Use} {set.Path} {set.Store.Count}"));
        Assert.Equal([Path.Combine(_data.Root, "train.tsv")], found[0].Files);
        Assert.Equal((50, 50, 0), (found[0].Encoded, found[0].Lengths[64], found[0].LeftOut["too_long"]));
        using var store = TokenStore.Open(found[0].Store.Path);
        Assert.Equal(store.Lengths(0).Zip(store.Lengths(1)).Count(pair => Math.Max(pair.First, pair.Second) <= 16), found[0].Lengths[16]);
    }
}
