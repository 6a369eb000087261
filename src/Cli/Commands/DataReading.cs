using System.Globalization;
using DistTrain.Cli.Terminal;
using DistTrain.Shared.Datasets;
using DistTrain.Shared.Datasets.Preparation;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Metrics;

namespace DistTrain.Cli.Commands;

/// <summary>Prepares a job's data as the job would, in a folder that is gone afterwards, and tells what training would use.</summary>
internal static class DataReading
{
    /// <param name="job">With the checkpoint that it starts from.</param>
    /// <param name="tell">Told each line of the answer as soon as it is known.</param>
    /// <param name="warn">Told what people should know before they start the job.</param>
    /// <exception cref="DataFormatException">The data cannot be used.</exception>
    /// <exception cref="UsageException">The job starts from one that only its coordinator knows.</exception>
    public static void Tell(JobSpec job, string dataRoot, bool asJson, Action<string> tell, Action<string> warn, CancellationToken stop)
    {
        if (job.Start is { } start && !Directory.Exists(start.Checkpoint))
            throw new UsageException($"The data cannot be read: they are encoded with the tokenizer of '{start.Checkpoint}', which is not here. " +
                "Name its folder with --start.");
        var folder = Directory.CreateTempSubdirectory("disttrain-check-");
        try
        {
            var found = new List<SetReport>();
            var prepared = DataPreparation.Prepare(job, dataRoot, folder.FullName, text => { if (!asJson) tell(text); }, stop,
                start: job.Start?.Checkpoint, found: found.Add);
            if (asJson) tell(JsonLine.Of(new { prepared.TokenizerHash, prepared.VocabularySize, prepared.SourceVocabularySize }));
            foreach (var set in found) tell(asJson ? Json(set) : Lengths(set));
            foreach (var (phase, stores) in job.Phases.Zip(prepared.Phases)) tell(Length(phase, stores, asJson));
            foreach (var warning in prepared.Warnings()) warn(warning);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Json(SetReport set) => JsonLine.Of(new
    {
        set.Phase, set.Use, set.Path, set.Files, set.Weight, Examples = set.Store.Count, set.Store.SourceTokens, set.Store.TargetTokens, set.LeftOut,
            set.Cut, set.Encoded,
        Lengths = set.Lengths.ToDictionary(limit => limit.Key.ToString(CultureInfo.InvariantCulture), limit => limit.Value), set.Store.LengthFactor,
            set.Store.Warning,
    });

    /// <summary>How many of a set's examples a limit of their length would keep.</summary>
    private static string Lengths(SetReport set)
    {
        var most = set.Encoded;
        var told = set.Lengths.Where(limit => limit.Value > 0).OrderBy(limit => limit.Key).ToList();
        // From the first limit that keeps all on, nothing new is said.
        var enough = told.FindIndex(limit => limit.Value == most);
        var shares = (enough < 0 ? told : told[..(enough + 1)])
            .Select(limit => Invariant($"{limit.Key} tokens {100.0 * limit.Value / Math.Max(1, most):F1} %"));
        return $"Phase '{set.Phase}', {set.Use} data '{set.Path}': examples within " +
            $"{(told.Count == 0 ? "2,048 tokens 0 %" : string.Join(", ", shares))}.";
    }

    /// <summary>How long a phase is.</summary>
    private static string Length(PhaseSpec phase, PreparedPhase stores, bool asJson)
    {
        var stepsPerEpoch = PhaseBatches.Of(phase, stores, seed: 0).StepsPerEpoch;
        var steps = phase.Steps ?? (long)phase.Epochs!.Value * stepsPerEpoch;
        var epochs = (double)steps / stepsPerEpoch;
        if (asJson) return JsonLine.Of(new { phase = phase.Name, steps, epochs, stepsPerEpoch });
        var doubt = phase.Epochs is not null && phase.DoubtAt(steps) is { } because ? $" Warning: {because}" : "";
        return string.Create(CultureInfo.InvariantCulture, $"Phase '{phase.Name}': {MetricText.Count(steps, "step")}, {epochs:0.##} epochs of " +
            $"{MetricText.Count(stepsPerEpoch, "step")}.{doubt}");
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
