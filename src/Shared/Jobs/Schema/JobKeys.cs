using System.Text.Json.Nodes;
using DistTrain.Shared.Metrics;
using DistTrain.Shared.Text.Unicode;
using static DistTrain.Shared.Jobs.Schema.SchemaKey;

namespace DistTrain.Shared.Jobs.Schema;

/// <summary>Every key of the job file. <see cref="Reading.SpecRecords"/> reads them; a test holds the two against each other.</summary>
internal static class JobKeys
{
    /// <summary>A phase of each type.</summary>
    public static IReadOnlyList<PhaseSpec> PhaseTypes { get; } = [new SupervisedPhaseSpec(), new DpoPhaseSpec()];

    public static IEnumerable<SchemaKey> Job() =>
    [
        new("$schema", "For editors: where this schema lies.", new() { ["type"] = "string" }),
        Integer("version", "Form of the job file.", JobSpec.CurrentVersion, JobSpec.CurrentVersion),
        Name("What the job is called; part of its id and its folder's name."),
        Integer("seed", "Initial weights, order of the data and dropout follow from it."),
        new("start",
            "The trained model that the first phase starts from: the folder of a checkpoint, of a job or of a run, or the id of a job; model and " +
                "tokenizer are its own.", Start()),
        Group("model", "The Transformer. Without a preset and keys of its own, the start's, else the paper's base model.", Model()),
        Group("tokenizer", "How text becomes tokens. With a start, the start's.", Tokenizer()),
        Group("resources", "What the job needs of the cluster.",
            Integer("min_workers", "The job waits until it has as many.", 1), Integer("max_workers", "It never takes more.", 1),
            Word("precision", "What a training step multiplies in. auto is bfloat16 on processors with instructions for it.", "auto", "float32",
                "bfloat16")),
        Group("checkpoints", "When checkpoints are written and which are kept. A phase's last step always writes one.",
            Integer("every_steps", "Steps between checkpoints: about what a crash of every worker can cost.", 1),
            Integer("keep_last", "How many of the newest of a phase are kept.", 1),
            Integer("keep_best", "How many of the best of a phase, by its validate.metric, are kept beside the newest.", 0)),
        new("phases", "What is trained, in order; each phase starts from the result of the one before, or of the one that it names.", Phases(),
            IsRequired: true),
    ];

    private static JsonObject Start() => new()
    {
        ["anyOf"] = new JsonArray(
            new JsonObject { ["type"] = "string", ["minLength"] = 1 },
            ObjectOf(
                AnyText("checkpoint",
                    "Where it lies. Relative paths start at the data root, else at the coordinator's state folder or its jobs.").Required,
                Word("optimizer", "Whether Adam's moments and count of updates are kept.", StartSpec.Reset, StartSpec.Keep))),
    };

    private static IEnumerable<SchemaKey> Model() =>
    [
        Word("preset", "Fills width, heads, layers and dropout; keys beside it override.", ModelSpec.Presets.Keys),
        Integer("d_model", "Width; even.", 1),
        Integer("heads", "Attention heads; they divide d_model.", 1),
        Integer("encoder_layers", "Layers that read the source.", 1),
        Integer("decoder_layers", "Layers that write the target.", 1),
        Integer("d_ff", "Inner width of the feed-forward layers.", 1),
        Fraction("dropout", "Share of embeddings and sublayer outputs that is left out while training."),
        Fraction("attention_dropout", "The same of attention weights."),
        Fraction("feed_forward_dropout", "The same after the activation of the feed-forward layers."),
        Word<NormPlacement>("norm", "Layer normalisation after each sublayer, as in the paper, or before it."),
        Word<Activation>("activation", "Of the feed-forward layers."),
        Flag("tie_embeddings", "One matrix for source, target and output; with separate vocabularies one for target and output."),
        Integer("max_length", "Longest sequence in tokens, the sentence's end included.", 2),
    ];

    private static IEnumerable<SchemaKey> Tokenizer() =>
    [
        Word("type", "bpe is trained on the text of the supervised phases; sentencepiece models are given.", TokenizerSpec.Bpe,
            TokenizerSpec.SentencePiece),
        Integer("vocab_size", "Tokens of each vocabulary that is trained.", TokenizerSpec.SmallestVocabulary),
        Flag("soft_vocab", "When the text gives fewer tokens than vocab_size: take those, or refuse."),
        Word<Normalization>("normalization", "The Unicode form that text is brought into before it is encoded; bpe only."),
        Flag("joint", "One vocabulary for source and target, or one each."),
        AnyText("model", "With sentencepiece and one vocabulary: the .model file, below the data root."),
        AnyText("source_model", "With sentencepiece and joint: false: the source's file."),
        AnyText("target_model", "With sentencepiece and joint: false: the target's file."),
    ];

    /// <summary>A phase of one of the types, each with the keys that the type knows.</summary>
    private static JsonObject Phases() => new()
    {
        ["type"] = "array", ["minItems"] = 1, ["items"] = new JsonObject { ["oneOf"] = new JsonArray([.. PhaseTypes.Select(Phase)]) },
    };

    private static JsonObject Phase(PhaseSpec type)
    {
        var schema = ObjectOf(
        [
            Name("What the phase is called; its checkpoints are named after it."),
            AnyText("from",
                "The earlier phase whose result this one starts from; otherwise the one before. Of the first phase the same as the job's start."),
            Word("type", type is DpoPhaseSpec
                ? "Direct preference optimization." : "Label-smoothed cross-entropy on translations.", type.Type).Required,
            Group("data", "What it learns from.", Data()).Required,
            Integer("steps", "Updates of the parameters; or give epochs.", 1),
            Integer("epochs", "Passes over the training data; or give steps.", 1),
            Integer("batch_tokens", "Target tokens of one global batch, whatever the number of workers.", 1),
            Integer("micro_batch_tokens", "Tokens, padding included, that a worker computes at once; 0: about its whole share.", 0),
            Group("optimizer", "How gradients become updates.", Optimizer(type)),
            Fraction("ema_decay", "Decay of a moving average of the weights; 0 is off."),
            Group("validate", "How the phase is measured on held-out data.", Validate(type)),
            .. type is DpoPhaseSpec ? Dpo() : [],
        ]);
        schema["oneOf"] = new JsonArray(Given("steps"), Given("epochs"));
        return schema;
    }

    private static IEnumerable<SchemaKey> Dpo() =>
        [Word("loss", "Equation 7 of the DPO paper.", "sigmoid"), Above("beta", "How strongly the model is held to the one it started from.", 0)];

    private static IEnumerable<SchemaKey> Data() =>
    [
        .. TrainingSet(),
        AnyText("validation", "The held-out set, of the same kind."),
        new("more", "Further training sets; what one of them does not give is as beside it, but for its weight.",
            new() { ["type"] = "array", ["items"] = SchemaKey.ObjectOf(TrainingSet()) }),
    ];

    private static IEnumerable<SchemaKey> TrainingSet() =>
    [
        AnyText("train",
            "What is trained on: x.tsv, x.csv, x.jsonl or x.json, also with .gz or .zst, x.parquet, the common part of two text files' names, or " +
                "sample:NAME/SET.").Required,
        Limited("weight", "How many times an epoch uses each example.", DataSpec.LeastWeight, DataSpec.GreatestWeight),
        AnyText("source", "The language translated from, as files and fields name it."),
        AnyText("target", "The language translated to."),
        Group("columns", "Which columns hold what: numbers counted from 1, or names of a header, of JSON keys or of Parquet columns.", Columns()),
        Integer("max_length", "Tokens of a sentence; longer ones are left out or cut, and counted.", 1),
        Word<TooLong>("too_long", "Whether training examples that are too long are left out or cut."),
        new("max_length_ratio", "How many times as long as the other one side of a training translation may be; 0 is off.", new()
        {
            ["type"] = "number", ["anyOf"] = new JsonArray(new JsonObject { ["const"] = 0 }, new JsonObject { ["minimum"] = 1 }),
        }),
        Flag("remove_duplicates", "Of equal training examples only the first is kept."),
        Integer("tolerate_bad_records", "Bad records that a file may hold.", 0),
        Flag("remove_empty", "Records of which a text is empty are left out and counted, and are not bad records."),
    ];

    private static IEnumerable<SchemaKey> Columns() =>
    [
        new("source", "The sentence to translate.", new() { ["anyOf"] = Column() }),
        new("target", "Its translation.", new() { ["anyOf"] = Column() }),
        new("references", "Further references: one column or a list.", new()
        {
            ["anyOf"] =
                new JsonArray(
                    [.. Column().Select(form => form!.DeepClone()),
                        new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["anyOf"] = Column() } }]),
        }),
        new("prompt", "Of preferences what is answered.", new() { ["anyOf"] = Column() }),
        new("chosen", "The better answer.", new() { ["anyOf"] = Column() }),
        new("rejected", "The worse answer.", new() { ["anyOf"] = Column() }),
    ];

    /// <summary>A column's number or name.</summary>
    private static JsonArray Column() =>
        [new JsonObject { ["type"] = "integer", ["minimum"] = 1 }, new JsonObject { ["type"] = "string", ["minLength"] = 1 }];

    private static IEnumerable<SchemaKey> Optimizer(PhaseSpec type) =>
    [
        Word("type", "adamw has weight decay.", "adam", "adamw"),
        Fraction("beta1", "Decay of the mean of the gradient."),
        Fraction("beta2", "Decay of the mean of the squared gradient."),
        Above("epsilon", "Added to the root of the second moment.", 0),
        Word("schedule", "Course of the rate after the warm-up.", "inverse_sqrt", "constant", "linear", "cosine"),
        Above("learning_rate", "The peak. Without it, inverse_sqrt follows the paper; the others need it.", 0),
        Integer("warmup_steps", "Steps over which the rate rises from 0 to its peak; 4000 with inverse_sqrt, else 0.", 0),
        type is DpoPhaseSpec
            ? new SchemaKey("label_smoothing", "The loss of this type smooths no labels.", new() { ["type"] = "number", ["enum"] = new JsonArray(0) })
            : Fraction("label_smoothing", "Share of each label that is spread over the vocabulary."),
        AtLeast("clip_norm", "Longest gradient; a longer one is scaled down. 0 is off.", 0),
        Fraction("weight_decay", "Decoupled weight decay, with adamw."),
    ];

    private static IEnumerable<SchemaKey> Validate(PhaseSpec type) =>
    [
        Integer("every_steps", "Steps between validations; 0: only the phase's end.", 0),
        Word("metric", "What checkpoints are ranked by.", type.Metrics),
        Integer("patience", "The phase ends after this many validations in a row without a better metric; 0 is off.", 0),
        Integer("beam", "Hypotheses of the search; 1 is greedy.", 1, 64),
        AtLeast("length_penalty", "Exponent of the length normalisation; 0 is off.", 0),
        Word<LengthNormalization>("length_normalization", "What a translation's log-probability is divided by."),
        Integer("max_sentences", "How many sentences are translated; 0 is all.", 0),
        AnyText("translations", "A translation set to translate. In a supervised phase the validation data otherwise."),
        Word("tokenize", "Tokenization of BLEU, as sacreBLEU names it.", BleuTokenizer.Names),
        new("track", "Texts by name: the metric share/NAME is the share of translations that hold the text.",
            new() { ["type"] = "object", ["additionalProperties"] = new JsonObject { ["type"] = "string", ["minLength"] = 1 } }),
    ];

    private static SchemaKey Name(string description) =>
        new("name", description, new() { ["type"] = "string", ["pattern"] = "^[a-z0-9-]{1,40}$" }, IsRequired: true);

    private static JsonObject Given(string key) => new()
    {
        ["required"] = new JsonArray(key), ["properties"] = new JsonObject { [key] = new JsonObject { ["type"] = "integer" } },
    };
}
