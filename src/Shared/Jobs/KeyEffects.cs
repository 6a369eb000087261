using DistTrain.Shared.Jobs.Keys;
using DistTrain.Shared.Metrics;
using DistTrain.Shared.Text.Unicode;

namespace DistTrain.Shared.Jobs;

/// <summary>
/// Finds what a job file says to no effect: keys that are right by themselves and do nothing where they stand. Only keys that are written count, and
/// only with another value than their default: that is nobody's wish, and a job's canonical form has every default written out. The paper's rate and
/// its warm-up count unwritten too, where they are not for such a phase. A stored job is not judged by these rules: it runs as it always did.
/// </summary>
/// <remarks><c>data.source</c> and <c>data.target</c> are left out: where no reader needs them they still tell people which languages these
/// are.</remarks>
internal static class KeyEffects
{
    /// <summary>What changes the meaning that the file seems to have, so that the job must not start.</summary>
    /// <param name="isWritten">Whether the file has a value for a key, by its path.</param>
    public static IEnumerable<Violation> Refused(JobSpec job, Func<string, bool> isWritten) => Phases(job)
        .SelectMany(each => OfType(each.Phase, each.Path))
        .Where(key => isWritten(key.Path))
        .Concat(Phases(job).SelectMany(each => Tracks(each.Phase.Validate, $"{each.Path}.validate.track")));

    /// <summary>Keys that have no place in the phase's type.</summary>
    private static IEnumerable<Violation> OfType(PhaseSpec phase, string path) =>
        from part in KeyGroup.Of(phase.GetType()).All
        where part.Form == KeyForm.Group
        from key in KeyGroup.Of(part.ValueType).All
        where phase.Kind.Refused.ContainsKey(key)
        let value = key.Of(part.Of(phase)!)
        from refused in When(value is not 0.0, $"{path}.{part.Name}.{key.Name}", $"is {value}, {phase.Kind.Refused[key].Reason}")
        select refused;

    /// <summary>A metric is named after each, and is told with every validation.</summary>
    private static IEnumerable<Violation> Tracks(ValidateSpec validate, string path) =>
        [
            .. When(validate.Track.Count > ValidateSpec.MostTracks,
                path, $"has {validate.Track.Count} names, but at most {ValidateSpec.MostTracks} are taken. Keep those that matter."),
            .. validate.Track.Keys.Where(name => name.Length > ValidateSpec.LongestTrack).Take(1).SelectMany(name => When(true, path,
                $"has the name '{Readable.Line(name)}' of {name.Length} characters, but it must have at most {ValidateSpec.LongestTrack}: a " +
                    "metric is named after it. Shorten it.")),
        ];

    /// <summary>What does nothing, or hardly what was meant.</summary>
    /// <param name="isWritten">As in <see cref="Refused"/>.</param>
    public static IEnumerable<Violation> Warnings(JobSpec job, Func<string, bool> isWritten) =>
        [
            .. Idle(job).Where(key => isWritten(key.Path)),
            .. Preset(isWritten),
            .. Phases(job).SelectMany(each => PaperRate(each.Phase, each.Path)),
            .. Phases(job).SelectMany(each => Unspaced(each.Phase, $"{each.Path}.validate.tokenize")),
            .. Phases(job).SelectMany(each => PaperWarmup(each.Phase, $"{each.Path}.optimizer.warmup_steps", isWritten)),
        ];

    private static IEnumerable<Violation> Idle(JobSpec job) =>
        [
            .. When(job.Tokenizer.Type == TokenizerSpec.SentencePiece && job.Tokenizer.VocabSize != new TokenizerSpec().VocabSize,
                "tokenizer.vocab_size", "does nothing: the SentencePiece model that is given has its own vocabulary. Remove the key."),
            .. When(job.Tokenizer is { Type: TokenizerSpec.SentencePiece, SoftVocab: true }, "tokenizer.soft_vocab",
                "does nothing: the SentencePiece model that is given has its own vocabulary. Remove the key."),
            .. When(job.Tokenizer is { Type: TokenizerSpec.SentencePiece, Normalization: not Normalization.None }, "tokenizer.normalization",
                "does nothing: the SentencePiece model that is given has its own normalization. Remove the key."),
            .. When(job.Checkpoints.KeepBest > 0 && job.Checkpoints.KeepBest != new CheckpointsSpec().KeepBest && !job.Phases.Any(IsRanked),
                "checkpoints.keep_best",
                "does nothing: no phase measures its validate.metric on held-out data, so no checkpoint is better than another. Name a set under " +
                    "data.validation, or remove the key."),
            .. When(job.Checkpoints.EverySteps != new CheckpointsSpec().EverySteps
                && job.Phases.All(phase => phase.Steps < job.Checkpoints.EverySteps),
                "checkpoints.every_steps",
                $"is {job.Checkpoints.EverySteps}, but no phase has as many steps: only ends of phases have a checkpoint, and a crash of every " +
                    "worker costs the whole phase. Lower it, or remove the key."),
            .. Phases(job).SelectMany(each => OfData(job, each.Phase, $"{each.Path}.data")),
            .. Phases(job).SelectMany(each => OfOptimizer(each.Phase, $"{each.Path}.optimizer")),
            .. Phases(job).SelectMany(each => OfValidation(each.Phase, $"{each.Path}.validate")),
        ];

    private static IEnumerable<Violation> OfData(JobSpec job, PhaseSpec phase, string path) =>
        [
            .. When(phase.Data.More.Count == 0 && phase.Data.Weight != new DataSpec().Weight && phase.Steps is not null, $"{path}.weight",
                "does nothing: it says how much a set counts beside others and how long an epoch is, but the phase has one set and a length in " +
                    "steps. Name further sets under data.more, or remove the key."),
            .. When(phase.Data.MaxLength > job.Model.MaxLength - 1 && phase.Data.MaxLength != new DataSpec().MaxLength, $"{path}.max_length",
                $"is {phase.Data.MaxLength}, but sentences of more than {job.Model.MaxLength - 1} tokens are " +
                    $"{(phase.Data.TooLong == TooLong.Cut ? "cut" : "left out")} all the same: model.max_length is {job.Model.MaxLength}, the " +
                    "sentence's end included. Raise that, or remove the key."),
            .. OfType(phase, KeyGroup.Of<DataSpec>()[nameof(DataSpec.MaxLengthRatio)], phase.Data.MaxLengthRatio > 0, path),
            .. When(phase.Data.TolerateBadRecords > 0 && IsGenerated(phase), $"{path}.tolerate_bad_records",
                "does nothing: generated data have no bad records. Remove the key."),
            .. When(phase.Data.RemoveEmpty && IsGenerated(phase), $"{path}.remove_empty",
                "does nothing: generated data have no empty texts. Remove the key."),
            .. When(phase.Data.Columns != new ColumnsSpec() && IsGenerated(phase), $"{path}.columns",
                "does nothing: generated data have no columns. Remove the key."),
            .. KeyGroup.Of<ColumnsSpec>().All.SelectMany(key => OfType(phase, key, key.Of(phase.Data.Columns) is string, $"{path}.columns")),
        ];

    /// <summary>A key that does nothing in the phase's type.</summary>
    private static Violation[] OfType(PhaseSpec phase, Key key, bool isChosen, string path) =>
        isChosen && phase.Kind.Idle.TryGetValue(key, out var reason) ? When(true, $"{path}.{key.Name}", reason) : [];

    private static bool IsGenerated(PhaseSpec phase) => Sets(phase).All(set => set.StartsWith(DataSpec.SamplePrefix, StringComparison.Ordinal));

    private static IEnumerable<Violation> OfOptimizer(PhaseSpec phase, string path) =>
        When(phase.Steps < phase.Optimizer.EffectiveWarmupSteps, $"{path}.warmup_steps",
        $"is {phase.Optimizer.EffectiveWarmupSteps}, but the phase has {phase.Steps} steps: it ends before the rate reaches its peak. Lower it, or " +
            "train longer.");

    private static IEnumerable<Violation> OfValidation(PhaseSpec phase, string path)
    {
        var (validate, defaults) = (phase.Validate, new ValidateSpec());
        var isSilent = phase.TranslationSet is null;
        const string Silent = "does nothing: the phase translates nothing. Name a translation set under validate.translations, or remove the key.";
        return
        [
            .. When(!IsRanked(phase) && validate.Metric != defaults.Metric, $"{path}.metric",
                "ranks nothing: the phase has no validation data to measure it on. Name a set under data.validation, or remove the key."),
            .. When(phase.Steps < validate.EverySteps, $"{path}.every_steps", $"is {validate.EverySteps}, but the phase has {phase.Steps} steps: " +
                "only its end is validated. Lower it, or remove the key."),
            .. When(validate.Patience > 0 && phase.Steps <= (long)validate.Patience * validate.EverySteps, $"{path}.patience",
                $"does nothing: {validate.Patience} validations, one every {validate.EverySteps} steps, are the whole phase of {phase.Steps} " +
                    "steps. Lower it, or remove the key."),
            .. When(isSilent && validate.Beam != defaults.Beam, $"{path}.beam", Silent),
            .. When(isSilent && validate.MaxSentences != defaults.MaxSentences, $"{path}.max_sentences", Silent),
            .. When(isSilent && validate.Tokenize != defaults.Tokenize, $"{path}.tokenize", Silent),
            .. Search($"{path}.length_penalty", validate.LengthPenalty != defaults.LengthPenalty, validate.Beam == 1),
            .. Search($"{path}.length_normalization", validate.LengthNormalization != defaults.LengthNormalization,
                validate.Beam == 1 || validate.LengthPenalty == 0),
        ];

        IEnumerable<Violation> Search(string key, bool isChosen, bool isIdle) => isSilent
            ? When(isChosen, key, Silent) : When(isChosen && isIdle, key,
            validate.Beam == 1
                ? "does nothing: greedy search (beam: 1) has no hypotheses to compare. Widen the beam, or remove the key."
                : "does nothing with a length_penalty of 0. Remove the key.");
    }

    private static IEnumerable<Violation> Preset(Func<string, bool> isWritten) => When(
        isWritten(ModelSpec.PresetPath) && ModelSpec.OfPresets.All(key => isWritten($"model.{key.Name}")), ModelSpec.PresetPath,
        "does nothing: every key that it would fill is written beside it. Remove the one or the others.");

    private static IEnumerable<Violation> PaperRate(PhaseSpec phase, string path) =>
        phase.Kind.WithoutRate is { } reason && phase.Optimizer.LearningRate is null
            ? When(true, $"{path}.optimizer.learning_rate", reason) : [];

    /// <summary>Chinese by 13a, Thai by zh: checkpoints and patience would rest on scores of whole sentences as words.</summary>
    private static IEnumerable<Violation> Unspaced(PhaseSpec phase, string path)
    {
        if (phase.TranslationSet is null || phase.Validate.Metric != CorpusMetric.Bleu || !BleuTokenizer.Names.Contains(phase.Validate.Tokenize))
            return [];
        var script = UnspacedLanguages.Script(phase.Data.Target);
        var fault = UnspacedText.Fault(BleuTokenizer.Parse(phase.Validate.Tokenize), script);
        return When(fault is not null, path,
            $"is {phase.Validate.Tokenize}, but '{phase.Data.Target}' is written without spaces, and {phase.Validate.Tokenize} {fault}: "
            + "BLEU then says little or nothing of what the model learns. "
            + $"Write {UnspacedText.Choice(UnspacedText.Remedies(script, BleuTokenizer.Names))}.");
    }

    private static IEnumerable<Violation> PaperWarmup(PhaseSpec phase, string path, Func<string, bool> isWritten) => When(
        phase.Steps < phase.Optimizer.EffectiveWarmupSteps && !isWritten(path)
            && (phase.Kind.WithoutRate is null || phase.Optimizer.LearningRate is not null), path,
        $"is missing, and {phase.Optimizer.EffectiveWarmupSteps} with schedule {phase.Optimizer.Schedule}, but the phase has {phase.Steps} steps: " +
            "it ends before the rate reaches its peak. Write a lower one, or train longer.");

    /// <summary>Whether validations measure what the phase's checkpoints are ranked by.</summary>
    private static bool IsRanked(PhaseSpec phase) => phase.Validate.ScoresTranslations
        ? phase.TranslationSet is not null : phase.Data.Validation is not null;

    private static IEnumerable<string> Sets(PhaseSpec phase) =>
        new[] { phase.Data.Validation, phase.Validate.Translations }.OfType<string>().Concat(phase.Data.TrainingSets().Select(set => set.Train));

    private static IEnumerable<(PhaseSpec Phase, string Path)> Phases(JobSpec job) =>
        job.Phases.Select((phase, index) => (phase, $"phases[{index}]"));

    private static Violation[] When(bool holds, string path, string reason) => holds ? [new(path, $"{path} {reason}")] : [];
}
