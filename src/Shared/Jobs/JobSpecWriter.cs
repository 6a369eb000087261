using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DistTrain.Shared.Jobs;

/// <summary>Writes a specification in its one canonical form: JSON with every key. Reading it gives the same specification.</summary>
public static class JobSpecWriter
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string ToJson(JobSpec spec) => Given(new JsonObject
    {
        ["version"] = spec.Version,
        ["name"] = spec.Name,
        ["seed"] = spec.Seed,
        ["start"] = spec.Start is { } start ? new JsonObject { ["checkpoint"] = start.Checkpoint, ["optimizer"] = start.Optimizer } : null,
        ["model"] = new JsonObject
        {
            ["d_model"] = spec.Model.DModel, ["heads"] = spec.Model.Heads, ["encoder_layers"] = spec.Model.EncoderLayers,
            ["decoder_layers"] = spec.Model.DecoderLayers,
            ["d_ff"] = spec.Model.DFeedForward, ["dropout"] = spec.Model.Dropout,
            ["attention_dropout"] = spec.Model.AttentionDropout, ["feed_forward_dropout"] = spec.Model.FeedForwardDropout,
            ["norm"] = Word(spec.Model.Norm), ["activation"] = Word(spec.Model.Activation),
            ["tie_embeddings"] = spec.Model.TieEmbeddings, ["max_length"] = spec.Model.MaxLength,
        },
        ["tokenizer"] = Given(new JsonObject
        {
            ["type"] = spec.Tokenizer.Type, ["vocab_size"] = spec.Tokenizer.VocabSize, ["soft_vocab"] = spec.Tokenizer.SoftVocab,
            ["normalization"] = Word(spec.Tokenizer.Normalization), ["joint"] = spec.Tokenizer.Joint,
            ["model"] = spec.Tokenizer.Model, ["source_model"] = spec.Tokenizer.SourceModel, ["target_model"] = spec.Tokenizer.TargetModel,
        }),
        ["resources"] = new JsonObject
        {
            ["min_workers"] = spec.Resources.MinWorkers,
            ["max_workers"] = spec.Resources.MaxWorkers,
            ["precision"] = spec.Resources.Precision,
        },
        ["checkpoints"] = new JsonObject
        {
            ["every_steps"] = spec.Checkpoints.EverySteps,
            ["keep_last"] = spec.Checkpoints.KeepLast,
            ["keep_best"] = spec.Checkpoints.KeepBest,
        },
        ["phases"] = new JsonArray([.. spec.Phases.Select(Phase)]),
    }).ToJsonString(Format);

    private static JsonNode Phase(PhaseSpec phase)
    {
        var json = new JsonObject
        {
            ["name"] = phase.Name,
            ["type"] = phase.Type,
            ["batch_tokens"] = phase.BatchTokens,
            ["micro_batch_tokens"] = phase.MicroBatchTokens,
        };
        if (phase.From is { } from) json["from"] = from;
        if (phase is DpoPhaseSpec dpo) (json["loss"], json["beta"]) = (dpo.Loss, dpo.Beta);
        if (phase.Steps is { } steps) json["steps"] = steps;
        if (phase.Epochs is { } epochs) json["epochs"] = epochs;
        json["data"] = Data(phase.Data);
        var optimizer = phase.Optimizer;
        json["optimizer"] = Given(new JsonObject
        {
            ["type"] = optimizer.Type, ["beta1"] = optimizer.Beta1, ["beta2"] = optimizer.Beta2, ["epsilon"] = optimizer.Epsilon,
            ["schedule"] = optimizer.Schedule,
            ["learning_rate"] = optimizer.LearningRate, ["warmup_steps"] = optimizer.WarmupSteps,
            ["label_smoothing"] = phase is DpoPhaseSpec
                ? null : optimizer.LabelSmoothing, ["clip_norm"] = optimizer.ClipNorm, ["weight_decay"] = optimizer.WeightDecay,
        });
        json["ema_decay"] = phase.EmaDecay;
        var validate = phase.Validate;
        json["validate"] = Given(new JsonObject
        {
            ["every_steps"] = validate.EverySteps, ["metric"] = validate.Metric, ["patience"] = validate.Patience, ["beam"] = validate.Beam,
            ["length_penalty"] = validate.LengthPenalty,
            ["length_normalization"] = Word(validate.LengthNormalization),
            ["max_sentences"] = validate.MaxSentences, ["translations"] = validate.Translations, ["tokenize"] = validate.Tokenize,
            ["track"] = new JsonObject(validate.Track.Select(track => KeyValuePair.Create(track.Key, (JsonNode?)track.Value))),
        });
        return json;
    }

    private static JsonObject Columns(ColumnsSpec columns) => Given(new JsonObject
    {
        ["source"] = Column(columns.Source), ["target"] = Column(columns.Target),
        ["references"] = columns.References.Count > 0 ? new JsonArray([.. columns.References.Select(Column)]) : null,
        ["prompt"] = Column(columns.Prompt), ["chosen"] = Column(columns.Chosen), ["rejected"] = Column(columns.Rejected),
    });

    // A name such as 007 is not the number that it looks like.
    private static JsonNode? Column(string? column) =>
        column is not null && ColumnsSpec.Number(column) is { } number && number.ToString(CultureInfo.InvariantCulture) == column ? number : column;

    private static JsonObject Data(DataSpec data) => Given(new JsonObject
    {
        ["train"] = data.Train, ["weight"] = data.Weight, ["more"] = data.More.Count == 0 ? null : new JsonArray([.. data.More.Select(Data)]),
        ["validation"] = data.Validation, ["source"] = data.Source, ["target"] = data.Target, ["columns"] = Columns(data.Columns),
        ["max_length"] = data.MaxLength, ["too_long"] = Word(data.TooLong), ["max_length_ratio"] = data.MaxLengthRatio,
        ["remove_duplicates"] = data.RemoveDuplicates,
        ["tolerate_bad_records"] = data.TolerateBadRecords, ["remove_empty"] = data.RemoveEmpty,
    });

    // A key without a value is left out: in a job file that is how its default is said.
    private static JsonObject Given(JsonObject json)
    {
        foreach (var key in json.Where(entry => entry.Value is null).Select(entry => entry.Key).ToList()) json.Remove(key);
        return json;
    }

    private static string Word<T>(T choice) where T : struct, Enum => choice.ToString().ToLowerInvariant();
}
