using System.Collections.Immutable;
using DistTrain.Shared.Text.Unicode;

namespace DistTrain.Shared.Jobs.Reading;

/// <summary>Reads each record of a job from its group of keys. Defaults are the records' own.</summary>
internal static class SpecRecords
{
    public static JobSpec Job(MapReader map)
    {
        var defaults = new JobSpec();
        var job = new JobSpec
        {
            Version = map.Int("version") ?? defaults.Version,
            Name = map.Text("name") ?? defaults.Name,
            Seed = map.Long("seed") ?? defaults.Seed,
            Start = Start(map),
            Model = Model(map.Map("model")),
            Tokenizer = Tokenizer(map.Map("tokenizer")),
            Resources = Resources(map.Map("resources")),
            Checkpoints = Checkpoints(map.Map("checkpoints")),
            Phases = [.. map.Maps("phases").Select(Phase)],
        };
        // JSON has no comments: there editors are told the schema by a key, which is theirs alone.
        map.Text("$schema");
        map.End();
        return StartOfItsFirstPhase(job);
    }

    // With a start beside it there are two answers to one question, which the rules refuse.
    private static JobSpec StartOfItsFirstPhase(JobSpec job) => job is { Start: null, Phases: [{ From: { Length: > 0 } from } first, ..] }
        ? job with { Start = new() { Checkpoint = from }, Phases = [first with { From = null }, .. job.Phases.Skip(1)] }
        : job;

    /// <summary>The checkpoint alone, or a group of keys.</summary>
    private static StartSpec? Start(MapReader job)
    {
        var defaults = new StartSpec();
        if (!job.IsGroup("start")) return job.Text("start") is { } checkpoint ? defaults with { Checkpoint = checkpoint } : null;
        var map = job.Map("start");
        var start = new StartSpec
        {
            Checkpoint = map.Text("checkpoint") ?? defaults.Checkpoint,
            Optimizer = map.Text("optimizer") ?? defaults.Optimizer,
        };
        map.End();
        return start;
    }

    private static ModelSpec Model(MapReader map)
    {
        var preset = map.Word("preset", [.. ModelSpec.Presets.Keys]);
        var defaults = preset is null ? new ModelSpec() : ModelSpec.Presets[preset];
        var model = new ModelSpec
        {
            DModel = map.Int("d_model") ?? defaults.DModel,
            Heads = map.Int("heads") ?? defaults.Heads,
            EncoderLayers = map.Int("encoder_layers") ?? defaults.EncoderLayers,
            DecoderLayers = map.Int("decoder_layers") ?? defaults.DecoderLayers,
            DFeedForward = map.Int("d_ff") ?? defaults.DFeedForward,
            Dropout = map.Double("dropout") ?? defaults.Dropout,
            AttentionDropout = map.Double("attention_dropout") ?? defaults.AttentionDropout,
            FeedForwardDropout = map.Double("feed_forward_dropout") ?? defaults.FeedForwardDropout,
            Norm = map.Word<NormPlacement>("norm") ?? defaults.Norm,
            Activation = map.Word<Activation>("activation") ?? defaults.Activation,
            TieEmbeddings = map.Bool("tie_embeddings") ?? defaults.TieEmbeddings,
            MaxLength = map.Int("max_length") ?? defaults.MaxLength,
        };
        map.End();
        return model;
    }

    private static TokenizerSpec Tokenizer(MapReader map)
    {
        var defaults = new TokenizerSpec();
        var tokenizer = new TokenizerSpec
        {
            Type = map.Text("type") ?? defaults.Type,
            VocabSize = map.Int("vocab_size") ?? defaults.VocabSize,
            SoftVocab = map.Bool("soft_vocab") ?? defaults.SoftVocab,
            Normalization = map.Word<Normalization>("normalization") ?? defaults.Normalization,
            Joint = map.Bool("joint") ?? defaults.Joint,
            Model = map.Text("model"),
            SourceModel = map.Text("source_model"),
            TargetModel = map.Text("target_model"),
        };
        map.End();
        return tokenizer;
    }

    private static ResourcesSpec Resources(MapReader map)
    {
        var defaults = new ResourcesSpec();
        var resources = new ResourcesSpec
        {
            MinWorkers = map.Int("min_workers") ?? defaults.MinWorkers,
            MaxWorkers = map.Int("max_workers") ?? defaults.MaxWorkers,
            Precision = map.Text("precision") ?? defaults.Precision,
        };
        map.End();
        return resources;
    }

    private static CheckpointsSpec Checkpoints(MapReader map)
    {
        var defaults = new CheckpointsSpec();
        var checkpoints = new CheckpointsSpec
        {
            EverySteps = map.Int("every_steps") ?? defaults.EverySteps,
            KeepLast = map.Int("keep_last") ?? defaults.KeepLast,
            KeepBest = map.Int("keep_best") ?? defaults.KeepBest,
        };
        map.End();
        return checkpoints;
    }

    private static PhaseSpec Phase(MapReader map)
    {
        var (supervised, dpo) = (new SupervisedPhaseSpec(), new DpoPhaseSpec());
        var type = map.RequiredWord("type", supervised.Type, dpo.Type) ?? (map.Holds("loss") ? dpo.Type : supervised.Type);
        PhaseSpec phase = type == dpo.Type ? Dpo(map, dpo) : supervised;
        phase = phase with
        {
            Name = map.Text("name") ?? phase.Name,
            From = map.Text("from"),
            Data = Data(map.Map("data")),
            Steps = map.Int("steps", unreadable: 1),
            Epochs = map.Int("epochs", unreadable: 1),
            BatchTokens = map.Int("batch_tokens") ?? phase.BatchTokens,
            MicroBatchTokens = map.Int("micro_batch_tokens") ?? phase.MicroBatchTokens,
            Optimizer = Optimizer(map.Map("optimizer")),
            EmaDecay = map.Double("ema_decay") ?? phase.EmaDecay,
            Validate = Validate(map.Map("validate")),
        };
        map.End();
        return phase;
    }

    private static DpoPhaseSpec Dpo(MapReader map, DpoPhaseSpec defaults) =>
        defaults with { Loss = map.Text("loss") ?? defaults.Loss, Beta = map.Double("beta") ?? defaults.Beta };

    private static DataSpec Data(MapReader map)
    {
        var first = TrainingSet(map, new DataSpec());
        var data = first with { Validation = map.Text("validation"), More = [.. map.Maps("more").Select(Further)] };
        map.End();
        return data;

        DataSpec Further(MapReader set)
        {
            var further = TrainingSet(set, first with { Train = "", Weight = new DataSpec().Weight });
            set.End();
            return further;
        }
    }

    /// <summary>The keys that every training set of a phase has.</summary>
    /// <param name="defaults">What stands for those that it does not give.</param>
    private static DataSpec TrainingSet(MapReader map, DataSpec defaults) =>
        new()
        {
            Train = map.Text("train") ?? defaults.Train,
            Weight = map.Double("weight") ?? defaults.Weight,
            Source = map.Text("source") ?? defaults.Source,
            Target = map.Text("target") ?? defaults.Target,
            Columns = Columns(map, defaults.Columns),
            MaxLength = map.Int("max_length") ?? defaults.MaxLength,
            TooLong = map.Word<TooLong>("too_long") ?? defaults.TooLong,
            MaxLengthRatio = map.Double("max_length_ratio") ?? defaults.MaxLengthRatio,
            RemoveDuplicates = map.Bool("remove_duplicates") ?? defaults.RemoveDuplicates,
            TolerateBadRecords = map.Int("tolerate_bad_records") ?? defaults.TolerateBadRecords,
            RemoveEmpty = map.Bool("remove_empty") ?? defaults.RemoveEmpty,
        };

    private static ColumnsSpec Columns(MapReader data, ColumnsSpec defaults)
    {
        var map = data.Map("columns");
        var columns = new ColumnsSpec
        {
            Source = map.Column("source"),
            Target = map.Column("target"),
            References = map.Columns("references"),
            Prompt = map.Column("prompt"),
            Chosen = map.Column("chosen"),
            Rejected = map.Column("rejected"),
        };
        map.End();
        return data.Holds("columns") ? columns : defaults;
    }

    private static OptimizerSpec Optimizer(MapReader map)
    {
        var defaults = new OptimizerSpec();
        var optimizer = new OptimizerSpec
        {
            Type = map.Text("type") ?? defaults.Type,
            Beta1 = map.Double("beta1") ?? defaults.Beta1,
            Beta2 = map.Double("beta2") ?? defaults.Beta2,
            Epsilon = map.Double("epsilon") ?? defaults.Epsilon,
            Schedule = map.Text("schedule") ?? defaults.Schedule,
            LearningRate = map.Double("learning_rate"),
            WarmupSteps = map.Int("warmup_steps"),
            LabelSmoothing = map.Double("label_smoothing") ?? defaults.LabelSmoothing,
            ClipNorm = map.Double("clip_norm") ?? defaults.ClipNorm,
            WeightDecay = map.Double("weight_decay") ?? defaults.WeightDecay,
        };
        map.End();
        return optimizer;
    }

    private static ValidateSpec Validate(MapReader map)
    {
        var defaults = new ValidateSpec();
        var validate = new ValidateSpec
        {
            EverySteps = map.Int("every_steps") ?? defaults.EverySteps,
            Metric = map.Text("metric") ?? defaults.Metric,
            Patience = map.Int("patience") ?? defaults.Patience,
            Beam = map.Int("beam") ?? defaults.Beam,
            LengthPenalty = map.Double("length_penalty") ?? defaults.LengthPenalty,
            LengthNormalization = map.Word<LengthNormalization>("length_normalization") ?? defaults.LengthNormalization,
            MaxSentences = map.Int("max_sentences") ?? defaults.MaxSentences,
            Translations = map.Text("translations"),
            Tokenize = map.Text("tokenize") ?? defaults.Tokenize,
            Track = map.Texts("track").ToImmutableSortedDictionary(StringComparer.Ordinal, StringComparer.Ordinal),
        };
        map.End();
        return validate;
    }
}
