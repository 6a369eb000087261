using System.Collections.Immutable;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace DistTrain.Shared.Jobs;

/// <summary>What reading a job file gave.</summary>
/// <param name="File">Name of the file.</param>
/// <param name="Spec">Null when there is any problem.</param>
/// <param name="Draft">What could be read, with defaults for what could not; null when the file is no YAML. For finding further problems.</param>
/// <param name="Problems">All of them.</param>
/// <param name="Lines">1-based line of each path that is written in the file.</param>
public sealed record JobSpecResult(string File, JobSpec? Spec, JobSpec? Draft, IReadOnlyList<Problem> Problems, IReadOnlyDictionary<string, int> Lines);

/// <summary>Reads job files, YAML or JSON (which is YAML), and finds everything that is wrong with one at once.</summary>
public static class JobSpecReader
{
    /// <param name="text">The file's content.</param>
    /// <param name="fileName">Its name, for the problems.</param>
    public static JobSpecResult Read(string text, string fileName)
    {
        var reading = new SpecReading(fileName);
        if (Load(text, reading) is not { } root) return new(fileName, null, null, reading.Problems, reading.Lines);
        var spec = SpecSection.Read(reading, root, "", Job);
        // A value of the wrong type stands as its default: rules that concern it would speak of a value that nobody wrote.
        var unread = reading.Problems.Select(problem => problem.Path).ToHashSet();
        foreach (var violation in spec.Violations().Where(violation => !unread.Contains(violation.Path)))
            reading.Add(violation.Path, null, violation.Message);
        var problems = reading.Problems.OrderBy(problem => problem.Line ?? 0).ToList();
        return new(fileName, problems.Count == 0 ? spec : null, spec, problems, reading.Lines);
    }

    private static YamlNode? Load(string text, SpecReading reading)
    {
        try
        {
            var yaml = new YamlStream();
            yaml.Load(new StringReader(text));
            if (yaml.Documents.Count == 1) return yaml.Documents[0].RootNode;
            reading.Add("", null, $"has {yaml.Documents.Count} YAML documents, but a job file is one.");
        }
        catch (YamlException failure)
        {
            reading.Add("", (int)failure.Start.Line, $"This is not YAML or JSON: {failure.Message}");
        }
        return null;
    }

    private static JobSpec Job(SpecSection job) => new()
    {
        Version = job.Int("version", JobSpec.CurrentVersion),
        Name = job.Text("name", ""),
        Seed = job.Long("seed", 1),
        Model = job.Section("model", Model),
        Tokenizer = job.Section("tokenizer", section => new TokenizerSpec { Type = section.Text("type", "bpe"), VocabSize = section.Int("vocab_size", 8000) }),
        Resources = job.Section("resources", section => new ResourcesSpec
        {
            MinWorkers = section.Int("min_workers", 1), MaxWorkers = section.Int("max_workers", 64), Precision = section.Text("precision", "auto"),
        }),
        Checkpoints = job.Section("checkpoints", section => new CheckpointsSpec
        {
            EverySteps = section.Int("every_steps", 500), KeepLast = section.Int("keep_last", 3), KeepBest = section.Int("keep_best", 1),
        }),
        Phases = job.List("phases", Phase),
    };

    private static ModelSpec Model(SpecSection model)
    {
        var name = model.Text("preset", "base");
        if (!ModelSpec.Presets.TryGetValue(name, out var preset))
        {
            model.Refuse("preset", $"is '{name}', which is not known. Known: {string.Join(", ", ModelSpec.Presets.Keys)}.");
            preset = new();
        }
        return new()
        {
            DModel = model.Int("d_model", preset.DModel), Heads = model.Int("heads", preset.Heads), EncoderLayers = model.Int("encoder_layers", preset.EncoderLayers),
            DecoderLayers = model.Int("decoder_layers", preset.DecoderLayers), DFeedForward = model.Int("d_ff", preset.DFeedForward),
            Dropout = model.Number("dropout", preset.Dropout), Norm = model.Choice("norm", preset.Norm), Activation = model.Choice("activation", preset.Activation),
            TieEmbeddings = model.Flag("tie_embeddings", preset.TieEmbeddings), MaxLength = model.Int("max_length", preset.MaxLength),
        };
    }

    private static PhaseSpec Phase(SpecSection phase)
    {
        var type = phase.Text("type", "");
        PhaseSpec spec = type == "dpo"
            ? new DpoPhaseSpec { Loss = phase.Text("loss", "sigmoid"), Beta = phase.Number("beta", 0.1) }
            : new SupervisedPhaseSpec();
        if (type is not ("dpo" or "supervised"))
            phase.Refuse("type", type.Length == 0 ? "is missing. Known: supervised, dpo." : $"is '{type}', which is not known. Known: supervised, dpo.");
        return spec with
        {
            Name = phase.Text("name", ""), Data = phase.Section("data", Data), BatchTokens = phase.Int("batch_tokens", 4096), Steps = phase.Int("steps"),
            Epochs = phase.Int("epochs"), Optimizer = phase.Section("optimizer", Optimizer), Validate = phase.Section("validate", Validate),
        };
    }

    private static DataSpec Data(SpecSection data) => new()
    {
        Train = data.Text("train", ""), Validation = data.Text("validation"), Source = data.Text("source", "source"), Target = data.Text("target", "target"),
        MaxLength = data.Int("max_length", 128), TolerateBadRecords = data.Int("tolerate_bad_records", 0),
    };

    private static OptimizerSpec Optimizer(SpecSection optimizer)
    {
        var standard = new OptimizerSpec();
        return new()
        {
            Type = optimizer.Text("type", standard.Type), Beta1 = optimizer.Number("beta1", standard.Beta1), Beta2 = optimizer.Number("beta2", standard.Beta2),
            Epsilon = optimizer.Number("epsilon", standard.Epsilon), Schedule = optimizer.Text("schedule", standard.Schedule),
            LearningRate = optimizer.Number("learning_rate"), WarmupSteps = optimizer.Int("warmup_steps"),
            LabelSmoothing = optimizer.Number("label_smoothing", standard.LabelSmoothing), ClipNorm = optimizer.Number("clip_norm", standard.ClipNorm),
            WeightDecay = optimizer.Number("weight_decay", standard.WeightDecay),
        };
    }

    private static ValidateSpec Validate(SpecSection validate)
    {
        var standard = new ValidateSpec();
        return new()
        {
            EverySteps = validate.Int("every_steps", standard.EverySteps), Metric = validate.Text("metric", standard.Metric), Beam = validate.Int("beam", standard.Beam),
            LengthPenalty = validate.Number("length_penalty", standard.LengthPenalty), MaxSentences = validate.Int("max_sentences", standard.MaxSentences),
            Translations = validate.Text("translations"), Tokenize = validate.Text("tokenize", standard.Tokenize),
            Track = validate.Texts("track").ToImmutableSortedDictionary(StringComparer.Ordinal, StringComparer.Ordinal),
        };
    }
}
