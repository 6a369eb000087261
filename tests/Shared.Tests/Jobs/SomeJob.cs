using System.Collections.Immutable;
using CsCheck;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Text.Unicode;
using DistTrain.Shared.Jobs.Keys;
using DistTrain.Shared.Jobs.Phases;
using DistTrain.Shared.Jobs.Phases.Dpo;

namespace DistTrain.Shared.Tests.Jobs;

/// <summary>Jobs without problems, of every shape.</summary>
internal static class SomeJob
{
    private static readonly Gen<string> Name = Gen.String[Gen.Char["abcxyz019-"], 1, 20];
    private static readonly Gen<int> Count = Gen.Int[1, 100_000];
    private static readonly Gen<double> Fraction = Gen.Double[0, 0.999];

    // Any text: quotes, line ends, control characters, what YAML would take for a number, characters beyond the basic plane.
    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.String[Gen.Char["ab 1.:#-'\"\\{}[]&*!|>%@\n\r\t\u0001\u007f\u0085\u00a0\u2028\ufeff"], 1, 12],
        Gen.OneOf("5", "1e3", "true", "null", "~", "-", "data: x", "\U0001F600 您"));

    private static readonly Gen<string> Language = Gen.OneOf(Gen.String[Gen.Char["abZ19-_. 您:"], 1, 12].Where(name => name[0] != '.'),
        Gen.OneOf("5", "1e3", "true", "null", "~", "-", "data: x"));

    private static readonly Gen<ModelSpec> Model =
        from heads in Gen.Int[1, 8] from width in Gen.Int[1, 64] from layers in Count from inner in Count from dropout in Fraction
        from norm in Gen.Enum<NormPlacement>() from activation in Gen.Enum<Activation>() from tie in Gen.Bool
        select new ModelSpec
        {
            DModel = 2 * heads * width, Heads = heads, EncoderLayers = layers, DecoderLayers = layers + 1, DFeedForward = inner, Dropout = dropout,
            AttentionDropout = dropout / 2, FeedForwardDropout = dropout / 3, Norm = norm, Activation = activation, TieEmbeddings = tie,
            MaxLength = 1000,
        };

    private static readonly Gen<TokenizerSpec> Tokenizer = Gen.OneOf(
        Gen.Select(Gen.Int[TokenizerSpec.SmallestVocabulary, 100_000], Gen.Bool, Gen.Enum<Normalization>(),
            (size, joint, form) => new TokenizerSpec { VocabSize = size, SoftVocab = size % 2 == 0, Normalization = form, Joint = joint }),
        Text.Select(model => new TokenizerSpec { Type = "sentencepiece", Model = model }),
        Gen.Select(Text, Text,
            (source, target) => new TokenizerSpec { Type = "sentencepiece", Joint = false, SourceModel = source, TargetModel = target }));

    // Columns of a job differ, and numbers count from 1.
    private static readonly Gen<ColumnsSpec> Columns = Gen.Select(Text.Where(name => !int.TryParse(name, out _)), Gen.Int[1, 50], Gen.Bool.Array[6])
        .Select((name, number, given) => new ColumnsSpec
    {
        Source = given[0] ? $"{number}" : null, Target = given[1] ? name : null, References = given[2] ? [$"{number + 1}", $"{name} 1"] : [],
        Prompt = given[3] ? $"{name} 2" : null, Chosen = given[4] ? $"{name} 3" : null, Rejected = given[5] ? $"{number + 2}" : null,
    });

    private static readonly Gen<DataSpec> Set =
        from train in Text from validation in Text from source in Language from length in Gen.Int[1, 999] from bad in Gen.Int[0,
            9] from columns in Columns
        select new DataSpec
        {
            Train = train, Validation = validation, Source = source, Target = source + "x", MaxLength = length, MaxLengthRatio = 1 + bad / 2.0,
            RemoveDuplicates = bad % 2 == 0,
            TolerateBadRecords = bad, RemoveEmpty = bad % 3 == 0, Columns = columns, Weight = 0.5 + bad, TooLong = bad % 3 == 0
                ? TooLong.Cut : TooLong.Drop,
        };

    private static readonly Gen<DataSpec> Data = Gen.Select(Set, Set.Array[0, 2],
        (set, more) => set with { More = [.. more.Select(each => each with { Validation = null })] });

    private static readonly Gen<OptimizerSpec> Optimizer =
        from schedule in Gen.OneOf("inverse_sqrt", "constant", "linear", "cosine") from rate in Gen.Double[1e-12, 1] from warmup in Count
        from beta1 in Fraction from beta2 in Fraction from epsilon in Gen.Double[1e-15, 1e-3] from smoothing in Fraction from clip in Gen.Double[0,
            1e9] from decay in Fraction
        select new OptimizerSpec
        {
            Type = "adamw", Beta1 = beta1, Beta2 = beta2, Epsilon = epsilon, Schedule = schedule, LearningRate = rate, WarmupSteps = warmup % 2 == 0
                ? null : warmup,
            LabelSmoothing = smoothing, ClipNorm = clip, WeightDecay = decay,
        };

    private static readonly Gen<ValidateSpec> Validate =
        from every in Count from patience in Gen.Int[0, 99] from metric in Gen.OneOf("loss", "bleu", "chrf++", "ter") from beam in Gen.Int[1,
            64] from penalty in Gen.Double[0, 5]
        from normalization in Gen.Enum<LengthNormalization>() from most in Count
        from translations in Text.Null() from tokenize in Gen.OneOf("13a", "intl", "zh", "char", "none") from track in Gen.Dictionary(Text, Text)[0,
            3]
        select new ValidateSpec
        {
            EverySteps = every, Metric = metric, Patience = patience, Beam = beam, LengthPenalty = penalty, LengthNormalization = normalization,
            MaxSentences = most, Translations = translations ?? "set",
            Tokenize = tokenize, Track = track.ToImmutableSortedDictionary(StringComparer.Ordinal, StringComparer.Ordinal),
        };

    private static readonly Key Smoothing = KeyGroup.Of<OptimizerSpec>()[nameof(OptimizerSpec.LabelSmoothing)];

    private static readonly Gen<PhaseSpec> Phase =
        from type in Gen.OneOf(PhaseTypes.All.ToArray())
        from data in Data from steps in Count from epochs in Gen.Bool from tokens in Count from micro in Gen.Int[0,
            9999] from average in Fraction from beta in Gen.Double[1e-9, 100]
        from optimizer in Optimizer from validate in Validate
        select (type.Defaults is DpoPhaseSpec dpo ? dpo with { Beta = beta } : type.Defaults) with
        {
            Data = data, Steps = epochs ? null : steps, Epochs = epochs
                ? steps : null, BatchTokens = tokens, MicroBatchTokens = micro, EmaDecay = average,
            // Where a type smooths no labels, the canonical form leaves the key out.
            Optimizer = type.Refused.ContainsKey(Smoothing) ? optimizer with { LabelSmoothing = new OptimizerSpec().LabelSmoothing } : optimizer,
            Validate = validate,
        };

    public static Gen<JobSpec> Any { get; } =
        from name in Name from seed in Gen.Long from model in Model from tokenizer in Tokenizer
        from workers in Count from checkpoints in Count from phases in Phase.Array[1, 4]
        from start in Gen.Select(Text, Gen.OneOf("reset", "keep"),
            (checkpoint, optimizer) => new StartSpec { Checkpoint = checkpoint, Optimizer = optimizer }).Null()
        select new JobSpec
        {
            Name = name, Seed = seed, Start = start, Model = model, Tokenizer = tokenizer,
            Resources = new() { MinWorkers = workers, MaxWorkers = workers + 1, Precision = "float32" },
            Checkpoints = new() { EverySteps = checkpoints, KeepLast = checkpoints, KeepBest = checkpoints },
            Phases = [.. phases.Select((phase, i) => phase with { Name = $"phase-{i}", From = i > 1 ? "phase-0" : null })],
        };
}
