using DistTrain.Shared.Checkpoints;
using DistTrain.Shared.Jobs.Keys;
using DistTrain.Shared.Jobs.Reading;
using DistTrain.Shared.Text;

namespace DistTrain.Shared.Jobs.Checks;

/// <summary>
/// Fits a job to the checkpoint that it starts from: finds it, compares what the file says of model and tokenizer, and takes what it does not
/// say. The files' contents are compared with the manifest only when the job prepares.
/// </summary>
public static class JobStart
{
    /// <param name="read">What <see cref="JobSpecReader"/> gave, with or without problems.</param>
    /// <param name="option">The start that was named beside the file, in place of its key; null: none.</param>
    /// <param name="taken">
    /// The job that the file is to change, where it has one: with the same start, or where the file names none, it is what model and tokenizer are
    /// compared with.
    /// </param>
    /// <returns>The job with the full path of the chosen checkpoint, with its model and tokenizer; or with further problems.</returns>
    public static JobSpecResult Fit(JobSpecResult read, StartPlaces places, string? option = null, JobSpec? taken = null)
    {
        if (read.Draft is not { } draft) return read;
        if (option is not null) draft = draft with { Start = (draft.Start ?? new()) with { Checkpoint = option } };
        // A job keeps what it started from: also where --start had named it, which no file repeats.
        if (draft.Start is null && taken?.Start is { } kept) draft = draft with { Start = kept };
        if (draft.Start is not { Checkpoint.Length: > 0 } start) return read;
        if (start == taken?.Start) return Fitted(read, draft, taken, ModelDifferences(draft.Model, read.Written, taken.Model, start.Checkpoint));

        var key = option is not null ? "--start" : WrittenKey(read.Written);
        // The option stands on no line of the file: its problems are told at the key.
        var place = option is null ? key : JobSpec.StartKey;
        var (folder, because) = places.Find(start.Checkpoint, draft.Name);
        if (folder is null && places.IsOfOthers(start.Checkpoint, draft.Name))
            return read
                with { Spec = read.Spec is null
                    ? null : draft, Draft = draft,
                    Warnings = [.. read.Warnings, .. read.At([Unknown(place, start.Checkpoint)])] };
        if (folder is null) return Refused(read, draft, new Violation(place, $"{key} is '{start.Checkpoint}', {because}"));
        if (CheckpointJob.Read(folder)?.Spec is not { } theirs)
            return Refused(read, draft,
                new Violation(place, $"{key} is '{start.Checkpoint}', but '{CheckpointFiles.JobOf(folder)}' is missing or cannot be read, so " +
                    "nobody knows its model. Restore that file, or name another checkpoint."));
        var languages = LanguageDifferences(draft, theirs, folder);
        return Fitted(read, draft with { Start = start with { Checkpoint = folder } }, theirs,
        [
            .. ModelDifferences(draft.Model, read.Written, theirs.Model, folder),
            .. TokenizerDifferences(draft.Tokenizer, read.Written, theirs.Tokenizer, folder),
            .. GivenTokenizers(draft.Tokenizer, read.Written, places, folder),
            .. OptimizerRules(start, folder),
            .. theirs.Tokenizer.Joint ? [] : languages,
        ],
        theirs.Tokenizer.Joint ? languages : []);
    }

    /// <summary>The key by which the file names the start.</summary>
    private static string WrittenKey(IReadOnlySet<string> written) =>
        new[] { KeyOf(nameof(StartSpec.Checkpoint)), JobSpec.StartKey }.FirstOrDefault(written.Contains) ?? "phases[0].from";

    private static string KeyOf(string property) => $"{JobSpec.StartKey}.{KeyGroup.Of<StartSpec>()[property].Name}";

    private static JobSpecResult Refused(JobSpecResult read, JobSpec draft, params IReadOnlyList<Violation> found) =>
        read with { Spec = null, Draft = draft, Problems = [.. read.Problems.Concat(read.At(found)).OrderBy(problem => problem.Line)] };

    private static JobSpecResult Fitted(JobSpecResult read, JobSpec draft, JobSpec theirs, IReadOnlyList<Violation> found,
        params IReadOnlyList<Violation> doubts)
    {
        var fitted = draft with { Model = Fitted(draft.Model, read.Written, theirs.Model), Tokenizer = theirs.Tokenizer };
        if (found.Count > 0) return Refused(read, fitted, found);
        return read
            with { Spec = read.Spec is null ? null : fitted, Draft = fitted, Warnings = read.Spec is null
                ? read.Warnings : read.At([.. KeyEffects.Warnings(fitted, read.Written.Contains), .. doubts]) };
    }

    /// <summary>Their model, with what the file says of keys that do not shape the weights.</summary>
    private static ModelSpec Fitted(ModelSpec ours, IReadOnlySet<string> written, ModelSpec theirs)
    {
        var fitted = theirs with { };
        foreach (var key in WrittenKeys(written).Except(ModelSpec.OfWeights)) key.Put(fitted, key.Of(ours));
        return fitted;
    }

    /// <summary>What makes the weights others.</summary>
    private static IReadOnlyList<Violation> ModelDifferences(ModelSpec ours, IReadOnlySet<string> written, ModelSpec theirs, string folder) =>
        [
            .. from key in WrittenKeys(written).Intersect(ModelSpec.OfWeights)
               where !key.Of(ours)!.Equals(key.Of(theirs))
               select Different(PathOf(key), Key.Word(key.Of(ours)!), Key.Word(key.Of(theirs)!), folder),
        ];

    /// <summary>The keys of the model that the file says something of, by themselves or by a preset.</summary>
    private static IEnumerable<Key> WrittenKeys(IReadOnlySet<string> written)
    {
        var byPreset = written.Contains(ModelSpec.PresetPath) ? ModelSpec.OfPresets : [];
        return KeyGroup.Of<ModelSpec>().All.Where(key => written.Contains(PathOf(key)) || byPreset.Contains(key));
    }

    private static string PathOf(Key ofModel) => $"model.{ofModel.Name}";

    private static IEnumerable<Violation> TokenizerDifferences(TokenizerSpec ours, IReadOnlySet<string> written, TokenizerSpec theirs, string folder)
    {
        if (written.Contains("tokenizer.type") && ours.Type != theirs.Type) yield return Different("tokenizer.type", ours.Type, theirs.Type, folder);
        if (written.Contains("tokenizer.joint") && ours.Joint != theirs.Joint)
            yield return Different("tokenizer.joint", Word(ours.Joint), Word(theirs.Joint), folder);
        if (written.Contains("tokenizer.vocab_size") && theirs.Type == TokenizerSpec.Bpe && ours.VocabSize != theirs.VocabSize)
            yield return Different("tokenizer.vocab_size", ours.VocabSize, theirs.VocabSize, folder);
        if (written.Contains("tokenizer.normalization") && theirs.Type == TokenizerSpec.Bpe && ours.Normalization != theirs.Normalization)
            yield return Different("tokenizer.normalization", Word(ours.Normalization), Word(theirs.Normalization), folder);
    }

    /// <summary>Models that the file names are compared by what they are: their paths may be others.</summary>
    private static IReadOnlyList<Violation> GivenTokenizers(TokenizerSpec ours, IReadOnlySet<string> written, StartPlaces places, string folder)
    {
        TokenizerPair theirs;
        try
        {
            theirs = TokenizerPair.Load(folder);
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException)
        {
            return [new(JobSpec.StartKey, $"The tokenizer of the checkpoint '{folder}' that the job starts from cannot be used: {failure.Message}")];
        }
        return [.. Model(nameof(ours.Model), ours.Model, theirs.Source), .. Model(nameof(ours.SourceModel), ours.SourceModel, theirs.Source),
            .. Model(nameof(ours.TargetModel), ours.TargetModel, theirs.Target)];

        IEnumerable<Violation> Model(string property, string? model, ITokenizer its)
        {
            var path = $"tokenizer.{KeyGroup.Of<TokenizerSpec>()[property].Name}";
            if (!written.Contains(path) || string.IsNullOrEmpty(model)) return [];
            var file = JobSpecFiles.FullPath(places.DataRoot, model);
            if (places.Allowed?.Refusal(file) is { } refusal) return [new(path, $"{path} is '{model}', {refusal}")];
            if (!File.Exists(file))
                return [new(path, $"{path} is '{model}', but there is no file {file}. Remove the key: the tokenizer is the start's.")];
            string hash;
            try
            {
                hash = SentencePieceTokenizer.Load(file).Hash;
            }
            catch (Exception failure) when (failure is InvalidDataException or IOException)
            {
                return [new(
                    path, $"{path} is '{model}', but that file cannot be used: {failure.Message} Remove the key: the tokenizer is the start's.")];
            }
            return hash == its.Hash ? [] : [Different(path, $"'{model}' (hash {hash})", $"another (hash {its.Hash})", folder)];
        }
    }

    private static IEnumerable<Violation> OptimizerRules(StartSpec start, string folder)
    {
        if (start.Optimizer != StartSpec.Keep || File.Exists(CheckpointFiles.OptimizerOf(folder))) yield break;
        var key = KeyOf(nameof(StartSpec.Optimizer));
        yield return new(key, $"{key} is {StartSpec.Keep}, but the checkpoint '{folder}' has no {CheckpointFiles.Optimizer}: an average has none. " +
            $"Write {StartSpec.Reset}, or start from a checkpoint that was trained.");
    }

    /// <summary>Phases in other languages than those that the start was trained in, where both name theirs.</summary>
    private static IReadOnlyList<Violation> LanguageDifferences(JobSpec ours, JobSpec theirs, string folder)
    {
        var known = theirs.Phases.Where(NamesLanguages).Select(Languages).Distinct().ToList();
        if (known.Count == 0) return [];
        var remedy = theirs.Tokenizer.Joint
            ? "Is that what is meant?"
            : "Each of its two vocabularies is of one language. Start from a model of these languages, or from fresh weights.";
        return
        [
            .. from each in ours.Phases.Index()
               where NamesLanguages(each.Item) && !known.Contains(Languages(each.Item))
               select new Violation($"phases[{each.Index}].data.source",
                   $"phases[{each.Index}].data names {Languages(each.Item)}, but the checkpoint '{folder}' that the job starts from is trained on " +
                       $"{string.Join(" and ", known)}. {remedy}"),
        ];
    }

    private static string Languages(PhaseSpec phase) => $"{phase.Data.Source} -> {phase.Data.Target}";

    private static bool NamesLanguages(PhaseSpec phase) =>
        new DataSpec() is var defaults && (phase.Data.Source, phase.Data.Target) != (defaults.Source, defaults.Target);

    private static Violation Unknown(string key, string checkpoint) => new(key,
        $"{key} is '{checkpoint}', which is not here. As the id of a job only its coordinator knows it, which looks for it and compares model and " +
            "tokenizer when the job is submitted.");

    private static Violation Different(string path, object ours, object theirs, string folder) =>
        new(path, $"{path} is {ours}, but the checkpoint '{folder}' that the job starts from has {theirs}. Remove the key: model and tokenizer are " +
            "the start's.");

    private static string Word(object value) => value.ToString()!.ToLowerInvariant();
}
