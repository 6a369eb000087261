using DistTrain.Shared.Datasets.Stores;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Phases.Dpo;
using DistTrain.Shared.Text;
using DistTrain.Shared.Text.Unicode;

namespace DistTrain.Shared.Tests.Datasets;

/// <summary>Which records of a set become examples.</summary>
public sealed partial class DataPreparationTests
{
    [Fact]
    public void Prepare_AnswersThatDifferInTextButNotInTokens_AreLeftOutOfTrainingAndValidation()
    {
        // This tokenizer takes several blanks for one.
        File.Copy(Text.SentencePieceTokenizerTests.Model("bpe"), Path.Combine(_data.Root, "bpe.model"));
        _data.Write("p.jsonl", """{"question": "one", "chosen": "eins zwei", "rejected": ["eins  zwei", "zwei", "eins zwei "]}""");
        _data.Write("v.tsv", "one\teins  zwei\teins zwei\none\teins\tzwei\n");
        var job = new JobSpec
        {
            Tokenizer = new() { Type = "sentencepiece", Model = "bpe.model" },
            Phases = [new DpoPhaseSpec { Name = "align", Data = new() { Train = "p.jsonl", Validation = "v.tsv" } }],
        };
        var phase = Prepare(job).Phases[0];
        Assert.Equal((1, 2), (phase.Train.Count, phase.Train.Dropped));
        Assert.Equal((1, 1), (phase.Validation!.Count, phase.Validation.Dropped));
        Assert.Contains("Phase 'align', training data 'p.jsonl': 'question' taken for the prompt.", _log);
        Assert.Contains(_log, line => line.EndsWith("2 whose chosen and rejected answers are the same tokens.", StringComparison.Ordinal));
    }

    [Fact]
    public void Prepare_ColumnsAndEmptyTexts_AreAsTheJobSaysAndTold()
    {
        WriteCorpus();
        _data.Write("train.tsv",
            string.Concat(Enumerable.Range(0, 50).Select(n => $"{n}\tthe house number {n} is old\tdas Haus Nummer {n} ist alt\n"))
                + "\n50\t\tleer\n51\t\t\n");
        _data.Write("val.tsv", "1\tthe old house\tdas alte Haus\n2\tthe\t \n");
        var job = Job();
        var prepared = Prepare(job
            with { Phases =
                [job.Phases[0] with { Data = job.Phases[0].Data with { RemoveEmpty = true, Columns = new() { Source = "3", Target = "2" } } }] });
        Assert.Equal((50, 0, 1), (prepared.Phases[0].Train.Count, prepared.Phases[0].Train.Dropped, prepared.Phases[0].Validation!.Count));
        Assert.Equal(["das alte Haus", "the old house"], Assert.Single(Texts(prepared, prepared.Phases[0].Validation!)));
        Assert.Contains(_log,
            line => line.StartsWith("Phase 'pretrain', training data 'train.tsv'", StringComparison.Ordinal)
                && line.EndsWith("left out 0 longer than 60 tokens, 3 with an empty text.", StringComparison.Ordinal));
        Assert.Contains(
            "Phase 'pretrain', validation data 'val.tsv': 'val.tsv' has 3 columns: column 3 is source ('das alte Haus'), column 2 is target ('the " +
                "old house'); not read: column 1.", _log);
    }

    [Fact]
    public void Prepare_WhatTranslationsAreComparedWith_IsKeptAsItIs()
    {
        WriteCorpus();
        // Normalization makes others of these, and no vocabulary of the corpus can write the last.
        string[] references = ["\ufb01ne", "cafe\u0301", "\u60a8"];
        _data.Write("val.tsv", $"a house\t{string.Join('\t', references)}\n");
        var prepared = Prepare(Job() with { Tokenizer = new() { VocabSize = 280, Normalization = Normalization.Nfkc } });
        using var store = TokenStore.Open(prepared.Phases[0].Translations!.Path);

        Assert.True(store.HoldsTexts);
        Assert.Equal(references, Enumerable.Range(1, 3).Select(column => TextCells.Text(store.Tokens(column, 0))));
        Assert.Equal(TextTokenizer.Load(prepared.TokenizerFolder).Encode("a house"), store.Tokens(0, 0).ToArray());
        foreach (var other in new[] { prepared.Phases[0].Train, prepared.Phases[0].Validation! })
        {
            using var tokens = TokenStore.Open(other.Path);
            Assert.False(tokens.HoldsTexts);
        }
    }
}
