using CsCheck;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Checks;
using DistTrain.Shared.Jobs.Phases.Dpo;
using DistTrain.Shared.Jobs.Phases.Supervised;
using DistTrain.Shared.Jobs.Reading;

namespace DistTrain.Shared.Tests.Jobs;

public partial class JobSpecReaderTests
{
    [Fact]
    public void Read_FiveMistakes_FindsExactlyThem()
    {
        const string text = """
            name: broken
            sed: 4
            model: { preset: tiny, dropout: a little }
            phases:
              - name: pretrain
                type: supervised
                data: { train: no-such-folder/train, source: en, target: de }
                steps: 100
                batch_tokens: -5
              - name: align
                type: dpo
                data: { train: "sample:polite-en-zh/preferences" }
                steps: 10
                loss: sigmoyd
            """;

        var read = JobSpecReader.Read(text, "job.yaml");
        var problems = read.Problems.Concat(JobSpecFiles.MissingFiles(read, "/data")).OrderBy(problem => problem.Line).ToList();

        Assert.Equal(
            [
                "job.yaml:2: sed is not a known key. Did you mean 'seed'? Known here: version, name, seed, start, model, tokenizer, resources, " +
                    "checkpoints, phases, $schema.",
                "job.yaml:3: model.dropout is the text 'a little', but must be a number. Write it without quotes, such as 0.1.",
                "job.yaml:7: phases[0].data.train is 'no-such-folder/train', but there is no file /data/no-such-folder/train.en or " +
                    "/data/no-such-folder/train.en.gz or /data/no-such-folder/train.en.zst and no /data/no-such-folder/train.de or " +
                    "/data/no-such-folder/train.de.gz or /data/no-such-folder/train.de.zst. Correct the path, or name the folder that relative " +
                    "paths start from with --data.",
                "job.yaml:9: phases[0].batch_tokens is -5, but must be greater than 0. Give the target tokens of one global batch, such as 4096.",
                "job.yaml:14: phases[1].loss is 'sigmoyd', which is not known. Choose one of: sigmoid.",
            ],
            problems.Select(problem => problem.ToString()));
    }

    [Fact]
    public void Read_SmallestJob_TakesTheDefaults()
    {
        var read = JobSpecReader.Read("name: a\nphases: [{ name: b, type: supervised, data: { train: c.tsv }, steps: 5 }]", "job.yaml");

        Assert.Empty(read.Problems);
        Assert.Equal(new JobSpec { Name = "a", Phases = [new SupervisedPhaseSpec { Name = "b", Data = new() { Train = "c.tsv" }, Steps = 5 }] },
            read.Spec);
    }

    [Fact]
    public void Read_EveryKey_TakesTheValues()
    {
        var read = JobSpecReader.Read("""
            version: 1
            name: full
            seed: -7
            model: { preset: small, heads: 4, norm: pre, activation: gelu, tie_embeddings: false, max_length: 64 }
            tokenizer: { type: bpe, vocab_size: 500 }
            resources: { min_workers: 2, max_workers: 3, precision: float32 }
            checkpoints: { every_steps: 10, keep_last: 2, keep_best: 0 }
            phases:
              - name: align
                type: dpo
                data: &set { train: p.jsonl.gz, validation: v.jsonl, source: zh, target: en, max_length: 32, tolerate_bad_records: 4, remove_empty: true, columns: { source: 3, target: text, references: [4, "7 8"], prompt: a.b } }
                epochs: 2
                batch_tokens: 100
                micro_batch_tokens: 30
                ema_decay: 0.999
                loss: sigmoid
                beta: 0.5
                optimizer: { type: adamw, beta1: 0.8, beta2: .9, epsilon: 1e-8, schedule: cosine, learning_rate: 1e-3, warmup_steps: 7, label_smoothing: 0, clip_norm: 1, weight_decay: 0.01 }
                validate: { every_steps: 5, metric: accuracy, patience: 4, beam: 2, length_penalty: 1, length_normalization: plain, max_sentences: 9, translations: t.tsv, tokenize: zh, track: { polite: 您 } }
              - { name: again, type: dpo, data: *set, steps: 1 }
            """, "job.yaml");

        Assert.Empty(read.Problems);
        var data = new DataSpec
        {
            Train = "p.jsonl.gz",
            Validation = "v.jsonl",
            Source = "zh",
            Target = "en",
            MaxLength = 32,
            TolerateBadRecords = 4,
            RemoveEmpty = true,
            Columns = new() { Source = "3", Target = "text", References = ["4", "7 8"], Prompt = "a.b" },
        };
        Assert.Equal(
            new JobSpec
            {
                Name = "full", Seed = -7,
                Model = ModelSpec.Presets["small"]
                    with { Heads = 4, Norm = NormPlacement.Pre, Activation = Activation.Gelu, TieEmbeddings = false, MaxLength = 64 },
                Tokenizer = new() { VocabSize = 500 },
                Resources = new() { MinWorkers = 2, MaxWorkers = 3, Precision = "float32" },
                Checkpoints = new() { EverySteps = 10, KeepLast = 2, KeepBest = 0 },
                Phases =
                [
                    new DpoPhaseSpec
                    {
                        Name = "align", Data = data, Epochs = 2, BatchTokens = 100, MicroBatchTokens = 30, EmaDecay = 0.999, Beta = 0.5,
                        Optimizer = new()
                        {
                            Type = "adamw", Beta1 = 0.8, Beta2 = 0.9, Epsilon = 1e-8, Schedule = "cosine", LearningRate = 1e-3, WarmupSteps = 7,
                            LabelSmoothing = 0, ClipNorm = 1, WeightDecay = 0.01,
                        },
                        Validate = new()
                        {
                            EverySteps = 5, Metric = "accuracy", Patience = 4, Beam = 2, LengthPenalty = 1,
                            LengthNormalization = LengthNormalization.Plain, MaxSentences = 9,
                            Translations = "t.tsv", Tokenize = "zh",
                            Track = new ValidateSpec().Track.Add("polite", "您"),
                        },
                    },
                    new DpoPhaseSpec { Name = "again", Data = data, Steps = 1 },
                ],
            },
            read.Spec);
    }

    [Theory]
    [InlineData("seed: 1.5", "seed is the number 1.5, but must be a whole number. Write it in digits, without quotes, such as 100.")]
    [InlineData("seed: '5'", "seed is the text '5', but must be a whole number. Write it in digits, without quotes, such as 100.")]
    [InlineData("seed: 99999999999999999999",
        "seed is the number 99999999999999999999, but must be from -9223372036854775808 to 9223372036854775807. Write a number in that range.")]
    [InlineData("seed: [1]", "seed is a list, but must be a whole number. Write it in digits, without quotes, such as 100.")]
    [InlineData("model: large", "model is the text 'large', but must be a group of keys. Write its keys below it, indented, each as 'key: value'.")]
    [InlineData("model: { tie_embeddings: maybe }",
        "model.tie_embeddings is the text 'maybe', but must be true or false. Write one of them, without quotes.")]
    [InlineData("model: { norm: middle }", "model.norm is 'middle', which is not known. Choose one of: post, pre.")]
    [InlineData("model: { preset: huge }", "model.preset is 'huge', which is not known. Choose one of: tiny, small, base, big.")]
    [InlineData("model: { d_model: 100 }",
        "model.heads is 8, but must divide model.d_model, which is 100: each head gets an equal part. Change one of the two.")]
    [InlineData("model: { d_model: 33, heads: 3 }", "model.d_model is 33, but must be even: the position encoding pairs sines with cosines. Use 34.")]
    [InlineData("model: { dropout: 1 }",
        "model.dropout is 1, but must be at least 0 and less than 1. Give a probability such as 0.1, or 0 for none.")]
    [InlineData("model: { attention_dropout: -0.1 }",
        "model.attention_dropout is -0.1, but must be at least 0 and less than 1. Give a probability such as 0.1, or 0 for none.")]
    [InlineData("model: { max_length: 1 }", "model.max_length is 1, but must be at least 2. Give a number of tokens such as 256.")]
    [InlineData("tokenizer: { type: words }", "tokenizer.type is 'words', which is not known. Choose one of: bpe, sentencepiece.")]
    [InlineData("tokenizer: { type: sentencepiece }",
        "tokenizer.model is missing, but type sentencepiece with joint: true needs it. Name a SentencePiece .model file below the data root.")]
    [InlineData("tokenizer: { model: a.model }",
        "tokenizer.model is 'a.model', but type bpe with joint: true has no use for it. Remove the key, or change type or joint.")]
    [InlineData("tokenizer: { type: sentencepiece, joint: false, source_model: a.model }",
        "tokenizer.target_model is missing, but type sentencepiece with joint: false needs it. Name a SentencePiece .model file below the data " +
        "root.")]
    [InlineData("tokenizer: { vocab_size: 10 }",
        "tokenizer.vocab_size is 10, but must be at least 260. Those are the bytes, the special tokens and a merge; 8000 suits some ten thousand " +
        "sentences.")]
    [InlineData("tokenizer: { type: true }", "tokenizer.type is true, but must be a text. Put it in quotes if it is meant as it stands.")]
    [InlineData("resources: { min_workers: 9, max_workers: 3 }",
        "resources.max_workers is 3, but must be at least 9. Give at least as many as min_workers.")]
    [InlineData("checkpoints: { keep-last: 3 }",
        "checkpoints.keep-last is not a known key. Did you mean 'keep_last'? Known here: every_steps, keep_last, keep_best.")]
    [InlineData("banana: 3",
        "banana is not a known key. Remove it. Known here: version, name, seed, start, model, tokenizer, resources, checkpoints, phases, $schema.")]
    [InlineData("name: b", "name is given twice, first in line 1. Remove one of the two.")]
    [InlineData("version: 2",
        "version is 2, but this DistTrain reads version 1. Use the DistTrain that the file was written for, or write the file anew.")]
    public void Read_OneMistake_OneProblemInItsLine(string line, string message)
    {
        var read = JobSpecReader.Read($"name: a\nphases: [{{ name: b, type: supervised, data: {{ train: c.tsv }}, steps: 5 }}]\n{line}\n",
            "job.yaml");

        var problem = Assert.Single(read.Problems);
        Assert.Equal(message, problem.Message);
        Assert.Equal(3, problem.Line);
        Assert.Null(read.Spec);
    }

    [Theory]
    [InlineData("", "phases[0] has neither steps nor epochs. Give one of them.")]
    [InlineData("steps: 5, epochs: 3", "phases[0] has both steps and epochs. Remove one of them.")]
    [InlineData("steps: -3", "phases[0].steps is -3, but must be greater than 0. Give the number of updates, such as 10000.")]
    [InlineData("epochs: many", "phases[0].epochs is the text 'many', but must be a whole number. Write it in digits, without quotes, such as 100.")]
    [InlineData("steps: 5, beta: 0.1",
        "phases[0].beta is not a known key. Remove it. Known here: type, name, from, data, steps, epochs, batch_tokens, micro_batch_tokens, " +
        "optimizer, ema_decay, validate.")]
    [InlineData("steps: 5, ema_decay: 1", "phases[0].ema_decay is 1, but must be at least 0 and less than 1. 0.999 is usual, 0 is off.")]
    [InlineData("steps: 5, validate: { patience: -1 }", "phases[0].validate.patience is -1, but must be at least 0. 0 trains all steps.")]
    [InlineData("steps: 5, validate: { patience: 3, metric: bleu, translations: t.tsv }",
        "phases[0].validate.patience is 3, but only the phase's end is validated. Give phases[0].validate.every_steps, or remove the key.")]
    [InlineData("steps: 5, validate: { patience: 3, every_steps: 2, translations: t.tsv }",
        "phases[0].validate.patience is 3, but without validation data there is no loss to become better. Name a set under data.validation, or " +
        "remove the key.")]
    [InlineData("steps: 5, micro_batch_tokens: -1",
        "phases[0].micro_batch_tokens is -1, but must be at least 0. 0 computes a worker's whole share at once.")]
    [InlineData("steps: 5, optimizer: { schedule: cosin }",
        "phases[0].optimizer.schedule is 'cosin', which is not known. Choose one of: inverse_sqrt, constant, linear, cosine.")]
    [InlineData("steps: 5, optimizer: { schedule: cosine }",
        "phases[0].optimizer.learning_rate is missing, but schedule cosine needs one. Add a peak rate such as 0.0005.")]
    [InlineData("steps: 5, optimizer: { weight_decay: 0.1 }",
        "phases[0].optimizer.weight_decay is 0.1, but adam has none. Set phases[0].optimizer.type to adamw, or remove the key.")]
    [InlineData("steps: 5, validate: { metric: accuracy }",
        "phases[0].validate.metric is 'accuracy', which is not known. Choose one of: loss, bleu, chrf, chrf++, ter.")]
    [InlineData("steps: 5, validate: { metric: bleu }",
        "phases[0].validate.metric is bleu, but there is nothing to translate. Name a translation set under phases[0].validate.translations.")]
    [InlineData("steps: 5, validate: { every_steps: 2 }",
        "phases[0].validate.every_steps is 2, but the phase has no validation data. Name a set under data.validation, or remove the key.")]
    [InlineData("steps: 5, validate: { track: { polite: 5 } }",
        "phases[0].validate.track.polite is the number 5, but must be a text. Put it in quotes if it is meant as it stands.")]
    public void Read_OneMistakeInAPhase_OneProblem(string keys, string message)
    {
        var read = JobSpecReader.Read($"name: a\nphases:\n  - {{ name: b, type: supervised, data: {{ train: c.tsv }}, {keys} }}", "job.yaml");

        Assert.Equal($"job.yaml:3: {message}", Assert.Single(read.Problems).ToString());
    }

    [Theory]
    [InlineData("0.5")]
    [InlineData(".nan")]
    public void Read_LengthRatioBelowOne_IsAProblem(string ratio)
    {
        var read =
            JobSpecReader.Read($"name: a\nphases: [{{ name: b, type: supervised, data: {{ train: c.tsv, max_length_ratio: {ratio} }}, steps: 5 }}]",
                "job.yaml");

        Assert.Contains("phases[0].data.max_length_ratio is", Assert.Single(read.Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_PhasesOfOneName_NamesTheSecond()
    {
        var read = JobSpecReader.Read("""
            name: a
            phases:
              - { name: b, type: supervised, data: { train: c.tsv }, steps: 5 }
              - { name: b, type: supervised, data: { train: c.tsv }, steps: 5 }
            """, "job.yaml");

        Assert.Equal(("phases[1].name", 4), (Assert.Single(read.Problems).Path, read.Problems[0].Line));
    }

    [Fact]
    public void Read_NothingRequiredGiven_AsksForAllOfIt() => Assert.Equal(
        ["phases[0].type", "name", "phases[0].name", "phases[0].data.train", "phases[0].steps"],
        JobSpecReader.Read("phases: [{ }]", "job.yaml").Problems.Select(problem => problem.Path));

    [Fact]
    public void Read_MisspelledRequiredKey_IsOneProblem() => Assert.Equal(
        "job.yaml:1: nmae is not a known key. Did you mean 'name'? Known here: version, name, seed, start, model, tokenizer, resources, " +
            "checkpoints, phases, $schema.",
        Assert.Single(JobSpecReader.Read("nmae: a\nphases: [{ name: b, type: supervised, data: { train: c.tsv }, steps: 5 }]", "job.yaml").Problems)
            .ToString());
}
