using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Checks;
using DistTrain.Shared.Jobs.Reading;

namespace DistTrain.Shared.Tests.Jobs;

public class KeyEffectsTests
{
    private const string Rate = "optimizer: { schedule: constant, learning_rate: 1e-5 }";

    [Theory]
    [InlineData("tokenizer: { type: sentencepiece, model: m.model, vocab_size: 500 }", "tokenizer.vocab_size")]
    [InlineData("tokenizer: { type: sentencepiece, model: m.model, soft_vocab: true }", "tokenizer.soft_vocab")]
    [InlineData("tokenizer: { type: sentencepiece, model: m.model, normalization: nfc }", "tokenizer.normalization")]
    [InlineData("checkpoints: { keep_best: 2 }", "checkpoints.keep_best")]
    [InlineData("checkpoints: { every_steps: 9001 }", "checkpoints.every_steps")]
    [InlineData("model: { preset: tiny, d_model: 8, heads: 2, encoder_layers: 1, decoder_layers: 1, d_ff: 8, dropout: 0 }", "model.preset")]
    public void Warnings_KeyOfTheJob_IsNamed(string key, string path) =>
        Assert.Equal((1, path), Only(Read($"{key}\nname: a\nphases: [{{ name: b, type: supervised, steps: 9000, data: {{ train: t.tsv }} }}]")));

    [Theory]
    [InlineData("validate: { beam: 5 }", "validate.beam")]
    [InlineData("validate: { length_penalty: 1 }", "validate.length_penalty")]
    [InlineData("validate: { length_normalization: plain }", "validate.length_normalization")]
    [InlineData("validate: { max_sentences: 9 }", "validate.max_sentences")]
    [InlineData("validate: { tokenize: zh }", "validate.tokenize")]
    [InlineData("validate: { translations: v.tsv, beam: 1, length_penalty: 1 }", "validate.length_penalty")]
    [InlineData("validate: { translations: v.tsv, metric: bleu, length_penalty: 0, length_normalization: plain }", "validate.length_normalization")]
    [InlineData("validate: { translations: v.tsv, every_steps: 9001 }", "validate.every_steps")]
    [InlineData("validate: { translations: v.tsv, metric: bleu, every_steps: 3000, patience: 3 }", "validate.patience")]
    [InlineData("optimizer: { warmup_steps: 9001 }", "optimizer.warmup_steps")]
    [InlineData("optimizer: { schedule: cosine, learning_rate: 0.1, warmup_steps: 9001 }", "optimizer.warmup_steps")]
    public void Warnings_KeyOfASupervisedPhase_IsNamed(string key, string path) => AssertWarns("supervised", "data: { train: t.tsv }", key, path);

    [Theory]
    [InlineData("data: { train: t.tsv, max_length: 256 }", "data.max_length")]
    [InlineData("data: { train: 'sample:polite-en-zh/train', tolerate_bad_records: 1 }", "data.tolerate_bad_records")]
    [InlineData("data: { train: 'sample:polite-en-zh/train', remove_empty: true }", "data.remove_empty")]
    [InlineData("data: { train: 'sample:polite-en-zh/train', columns: { source: 2 } }", "data.columns")]
    [InlineData("data: { train: t.tsv, columns: { prompt: 2 } }", "data.columns.prompt")]
    [InlineData("data: { train: t.tsv, weight: 2 }", "data.weight")]
    public void Warnings_KeyOfTheData_IsNamed(string data, string path) => AssertWarns("supervised", data, "", path);

    [Theory]
    [InlineData("data: { train: p.jsonl, max_length_ratio: 3 }", Rate, "data.max_length_ratio")]
    [InlineData("data: { train: p.jsonl }", "validate: { metric: accuracy }\n" + Rate, "validate.metric")]
    [InlineData("data: { train: p.jsonl, validation: q.jsonl }", "validate: { beam: 2 }\n" + Rate, "validate.beam")]
    [InlineData("data: { train: p.jsonl }", "", "optimizer.learning_rate")]
    [InlineData("data: { train: p.jsonl }", "optimizer: { schedule: inverse_sqrt, warmup_steps: 100 }", "optimizer.learning_rate")]
    public void Warnings_KeyOfADpoPhase_IsNamed(string data, string key, string path) => AssertWarns("dpo", data, key, path);

    [Theory]
    [InlineData("supervised",
        "validate: { metric: loss, beam: 4, length_penalty: 0.6, length_normalization: gnmt, max_sentences: 0, tokenize: 13a }")]
    [InlineData("supervised", "validate: { patience: 0 }")]
    [InlineData("supervised", "batch_tokens: 512\nmicro_batch_tokens: 512")]
    [InlineData("supervised", "validate: { beam: }")]
    [InlineData("supervised", "optimizer: { warmup_steps: 9000 }")]
    [InlineData("dpo", "optimizer: { schedule: constant, learning_rate: 1e-5, label_smoothing: 0, weight_decay: 0 }")]
    public void Warnings_KeyThatIsOffOrDoesSomething_None(string type, string key)
    {
        var read = Phase(type, "data: { train: t.tsv }", key);

        Assert.Empty(read.Problems.Concat(read.Refusals).Concat(read.Warnings));
    }

    [Theory]
    [InlineData("zh", "validate: { metric: bleu }", "13a", "zh or char")]
    [InlineData("zh-TW", "validate: { metric: bleu, tokenize: 13a }", "13a", "zh or char")]
    [InlineData("ja", "validate: { metric: bleu, tokenize: intl }", "intl", "char")]
    [InlineData("th", "validate: { metric: bleu }", "13a", "char")]
    [InlineData("km", "validate: { metric: bleu, tokenize: zh }", "zh", "char")]
    [InlineData("Japanese", "validate: { metric: bleu, tokenize: zh }", "zh", "char")]
    [InlineData("chinese", "validate: { metric: bleu, tokenize: none }", "none", "zh or char")]
    [InlineData("bo", "validate: { metric: bleu }", "13a", "char")]
    public void Warnings_BleuOfALanguageWithoutSpacesByWhatDoesNotPartIt_NamesTheRemedy(string target, string key, string tokenizer, string remedy)
    {
        var warning = Assert.Single(Phase("supervised", $"data: {{ train: t.tsv, validation: v.tsv, source: en, target: {target} }}", key).Warnings);

        Assert.Contains($"validate.tokenize is {tokenizer}, but '{target}' is written without spaces, and {tokenizer} takes", warning.ToString(),
            StringComparison.Ordinal);
        Assert.EndsWith($"Write {remedy}.", warning.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("zh", "validate: { metric: bleu, tokenize: zh }")]
    [InlineData("zh", "validate: { metric: bleu, tokenize: char }")]
    [InlineData("ja", "validate: { metric: bleu, tokenize: char }")]
    [InlineData("de", "validate: { metric: bleu, tokenize: none }")]
    [InlineData("zh", "validate: { metric: chrf }")]
    [InlineData("zh", "")]
    [InlineData("de", "validate: { metric: bleu }")]
    public void Warnings_TokenizationThatFits_None(string target, string key) =>
        Assert.Empty(Phase("supervised", $"data: {{ train: t.tsv, validation: v.tsv, source: en, target: {target} }}", key).Warnings);

    [Fact]
    public void Refusals_LabelSmoothingInADpoPhase_NamesLineAndRemedy()
    {
        var read = Phase("dpo", "data: { train: p.jsonl }", "optimizer: { schedule: constant, learning_rate: 1e-5, label_smoothing: 0.3 }");

        Assert.Equal(
            "job.yaml:7: phases[0].optimizer.label_smoothing is 0.3, but the loss of a dpo phase smooths no labels. Remove the key, or write 0.",
            Assert.Single(read.Refusals).ToString());
        Assert.NotNull(read.Spec);
    }

    [Theory]
    [InlineData(100, 100, null)]
    [InlineData(101, 10, "phases[0].validate.track has 101 names, but at most 100 are taken. Keep those that matter.")]
    [InlineData(1, 101, "but it must have at most 100: a metric is named after it. Shorten it.")]
    public void Refusals_ManyOrLongNamesOfTracks_KeepAFileFromBeingTakenAndNoStoredJob(int count, int characters, string? refusal)
    {
        var track = string.Join(", ", Enumerable.Range(0, count).Select(number => $"'{$"{number}".PadLeft(characters, 't')}': text"));

        var read = Phase("supervised", "data: { train: t.tsv }", $"validate: {{ translations: v.tsv, track: {{ {track} }} }}");

        Assert.NotNull(read.Spec);
        Assert.Empty(read.Problems);
        if (refusal is null) Assert.Empty(read.Refusals);
        else Assert.Contains(refusal, Assert.Single(read.Refusals).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0", true)]
    [InlineData("0.1", false)]
    public void Refusals_LabelSmoothingInADpoPhase_AreAllThatKeepsTheJobFromBeingTaken(string smoothing, bool isTaken)
    {
        var check = JobCheck.Of(string.Join('\n',
            "name: a", "phases:",
            "  - { name: b, type: supervised, steps: 1, data: { train: 'sample:polite-en-zh/train' } }",
            "  - { name: c, type: dpo, steps: 1, data: { train: 'sample:polite-en-zh/preferences' }, optimizer: { label_smoothing: " +
                $"{smoothing} }} }}"), "job.yaml", new StartPlaces("/"));

        Assert.Equal((isTaken, isTaken ? 0 : 1), (check.Spec is not null, check.Problems.Count));
    }

    [Theory]
    [InlineData("supervised", 3999, "", true)]
    [InlineData("supervised", 4000, "", false)]
    [InlineData("supervised", 3999, "learning_rate: 0.01", true)]
    [InlineData("supervised", 10, "schedule: constant, learning_rate: 0.01", false)]
    [InlineData("supervised", 10, "warmup_steps: 10", false)]
    [InlineData("dpo", 3999, "learning_rate: 1e-5", true)]
    public void Warnings_PapersWarmupThatIsLongerThanThePhase_IsNamedUnwritten(string type, int steps, string optimizer, bool isNamed)
    {
        var read = Read($"name: a\nphases:\n  - {{ name: b, type: {type}, steps: {steps}, data: {{ train: t.tsv }}, optimizer: {{ {optimizer} }} }}");

        Assert.Empty(read.Problems.Concat(read.Refusals));
        Assert.Equal(isNamed ? ["phases[0].optimizer.warmup_steps"] : [], read.Warnings.Select(warning => warning.Path));
    }

    [Fact]
    public void Warnings_PhaseOfEpochs_SayNothingOfItsLength()
    {
        var read = Read("name: a\nphases: [{ name: b, type: supervised, epochs: 1, data: { train: t.tsv, validation: v.tsv }, "
            + "optimizer: { warmup_steps: 1000000 }, validate: { every_steps: 1000000, patience: 9 } }]");

        Assert.Empty(read.Problems.Concat(read.Warnings));
    }

    [Theory]
    [InlineData("supervised", "")]
    [InlineData("dpo", Rate)]
    [InlineData("dpo", "")]
    [InlineData("supervised", "validate: { beam: 5, tokenize: zh }\noptimizer: { warmup_steps: 9001 }")]
    public void Warnings_CanonicalForm_AreThoseOfTheFile(string type, string keys)
    {
        var read = Phase(type, "data: { train: t.tsv }", keys);
        var canonical = Read(JobSpecWriter.ToJson(read.Spec!));

        Assert.Equal(read.Warnings.Select(warning => warning.Path).Order(), canonical.Warnings.Select(warning => warning.Path).Order());
        Assert.Empty(canonical.Refusals);
    }

    [Fact]
    public void Warnings_SmallestJob_None() => Assert.Empty(Phase("supervised", "data: { train: t.tsv }", "").Warnings);

    private static void AssertWarns(string type, string data, string key, string path) =>
        Assert.Equal($"phases[0].{path}", Only(Phase(type, data, key)).Path);

    private static (int Line, string Path) Only(JobSpecResult read)
    {
        Assert.Empty(read.Problems.Concat(read.Refusals));
        var warning = Assert.Single(read.Warnings);
        Assert.StartsWith(warning.Path, warning.Message, StringComparison.Ordinal);
        return (warning.Line, warning.Path);
    }

    private static JobSpecResult Phase(string type, string data, string keys) => Read(string.Join('\n',
        [
            "name: a", "phases:", "  - name: b", $"    type: {type}", "    steps: 9000", $"    {data}",
            .. keys.Split('\n').Where(key => key.Length > 0).Select(key => $"    {key}"),
        ]));

    private static JobSpecResult Read(string text) => JobSpecReader.Read(text, "job.yaml");
}
