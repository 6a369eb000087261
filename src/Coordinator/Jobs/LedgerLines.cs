using System.Text.Json;
using System.Text.Json.Nodes;
using DistTrain.Shared.Datasets.Preparation;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Jobs;

/// <summary>Makes events again of the lines of a history, for a client that audits: those that tell of data and steps.</summary>
public static class LedgerLines
{
    /// <returns>Null for a line that tells of neither. Members and results are left out.</returns>
    /// <exception cref="InvalidDataException">The line lacks what it should tell.</exception>
    public static JobEvents.IJobEvent? EventOf(JobsProtocol.HistoryLine line)
    {
        try
        {
            return line.Event switch
            {
                nameof(JobEvents.DataPrepared) =>
                    new JobEvents.DataPrepared(line.At, Needed(line, "data").Deserialize<PreparedData>(HistoryFields.Form)!),
                nameof(JobEvents.PhaseStarted) => new JobEvents.PhaseStarted(line.At, (int)Needed(line, "phase_index"),
                    Needed(line, "phase").GetValue<string>(), null),
                nameof(JobEvents.GenerationPlanned) => new JobEvents.GenerationPlanned(line.At, (int)Needed(line, "generation"),
                    (int)Needed(line, "phase_index"), [], null, (long)Needed(line, "resume_step")),
                nameof(JobEvents.StepsCommitted) => new JobEvents.StepsCommitted(line.At, (int)Needed(line, "generation"),
                    (long)Needed(line, "step"), (double?)Fields(line)["loss"] ?? double.NaN, (long?)Fields(line)["from"],
                    (long?)Fields(line)["examples"], (long?)Fields(line)["digest"]),
                nameof(JobEvents.PhaseCompleted) => new JobEvents.PhaseCompleted(line.At, (int)Needed(line, "phase_index"),
                    Needed(line, "phase").GetValue<string>(), (long)Needed(line, "steps"), (double?)Fields(line)["loss"] ?? double.NaN, ""),
                _ => null,
            };
        }
        catch (Exception failure) when (failure is JsonException or FormatException or InvalidOperationException)
        {
            throw new InvalidDataException($"The history's line '{line.Event}' of {line.At:O} lacks what it should tell. " +
                "Do both run the same version?", failure);
        }
    }

    private static JsonNode Needed(JobsProtocol.HistoryLine line, string name) =>
        Fields(line)[name] ?? throw new JsonException($"It has no '{name}'.");

    private static JsonNode Fields(JobsProtocol.HistoryLine line) => JsonNode.Parse(line.Fields ?? "{}")!;
}
