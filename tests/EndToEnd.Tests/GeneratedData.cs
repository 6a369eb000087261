using System.IO.Compression;
using System.Text.Encodings.Web;
using System.Text.Json;
using DistTrain.Shared;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Phases.Dpo;

namespace DistTrain.EndToEnd.Tests;

/// <summary>
/// Writes the data sets that a job names: its paths, formats and languages, with text of its own and the sizes that such data have.
/// </summary>
internal static class GeneratedData
{
    private const int TrainingPairs = 29_000, TrainingPreferences = 1_600, HeldOut = 400;

    // Captions and everyday sentences are short; preferences come from talks, and are long enough that a batch has several chunks of logits.
    private const int WordsOfTranslation = 12, WordsOfPreference = 24;

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(JobSpec job, string root)
    {
        foreach (var phase in job.Phases)
        {
            var isPreference = phase is DpoPhaseSpec;
            Write(phase.Data.Train, isPreference, isPreference ? TrainingPreferences : TrainingPairs, phase.Data, root);
            if (phase.Data.Validation is { } validation) Write(validation, isPreference, HeldOut, phase.Data, root);
            if (phase.Validate.Translations is { } translations) Write(translations, isPreference: false, HeldOut, phase.Data, root);
        }
    }

    private static void Write(string set, bool isPreference, int count, DataSpec data, string root)
    {
        if (set.StartsWith(DataSpec.SamplePrefix, StringComparison.Ordinal)) return;
        var random = new DeterministicRandom([.. set.Select(letter => (long)letter)]);
        var (source, target) = (new GeneratedText(random, data.Source != "zh"), new GeneratedText(random, data.Target != "zh"));
        var file = Path.Combine(root, set);
        var plain = set.EndsWith(".gz", StringComparison.Ordinal) ? set[..^3] : set;
        switch (Path.GetExtension(plain), isPreference)
        {
            case (".jsonl", true):
                Lines(file, count, _ => Preference());
                break;
            case (".tsv", false):
                Lines(file, count, _ => $"{Translation(source)}\t{Translation(target)}");
                break;
            case ("", false):
                Lines($"{file}.{data.Source}.gz", count, _ => Translation(source));
                Lines($"{file}.{data.Target}.gz", count, _ => Translation(target));
                break;
            default:
                throw new NotSupportedException($"'{set}' is of a form that is not generated yet. Add it here, so that the job file runs in the " +
                    "tests.");
        }

        string Translation(GeneratedText text) => text.Written(text.Sentence(WordsOfTranslation));

        string Preference()
        {
            var chosen = target.Sentence(WordsOfPreference);
            return JsonSerializer.Serialize(
                new { prompt = source.Written(source.Sentence(WordsOfPreference)), chosen = target.Written(chosen),
                    rejected = target.Written(target.Reworded(chosen)) }, Readable);
        }
    }

    private static void Lines(string file, int count, Func<int, string> line)
    {
        if (File.Exists(file)) return;
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        using var stream = File.Create(file);
        using var writer = new StreamWriter(file.EndsWith(".gz", StringComparison.Ordinal)
            ? new GZipStream(stream, CompressionLevel.Fastest) : stream);
        for (var i = 0; i < count; i++) writer.WriteLine(line(i));
    }
}
