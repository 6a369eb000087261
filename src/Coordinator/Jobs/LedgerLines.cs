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
                    new JobEvents.DataPrepared(line.At, Fields(line)["data"].Deserialize<PreparedData>(HistoryFields.Form)!),
                nameof(JobEvents.PhaseStarted) => new JobEvents.PhaseStarted(line.At, (int)Fields(line)["phase_index"]!,
                    (string)Fields(line)["phase"]!, null),
                nameof(JobEvents.GenerationPlanned) => new JobEvents.GenerationPlanned(line.At, (int)Fields(line)["generation"]!,
                    (int)Fields(line)["phase_index"]!, [], null, (long)Fields(line)["resume_step"]!),
                nameof(JobEvents.StepsCommitted) => new JobEvents.StepsCommitted(line.At, (int)Fields(line)["generation"]!,
                    (long)Fields(line)["step"]!, (double?)Fields(line)["loss"] ?? double.NaN, (long?)Fields(line)["from"],
                    (long?)Fields(line)["examples"], (long?)Fields(line)["digest"]),
                nameof(JobEvents.PhaseCompleted) => new JobEvents.PhaseCompleted(line.At, (int)Fields(line)["phase_index"]!,
                    (string)Fields(line)["phase"]!, (long)Fields(line)["steps"]!, (double?)Fields(line)["loss"] ?? double.NaN, ""),
                _ => null,
            };
        }
        catch (Exception failure) when (failure is JsonException or ArgumentNullException or FormatException or InvalidOperationException)
        {
            throw new InvalidDataException($"The history's line '{line.Event}' of {line.At:O} lacks what it should tell. " +
                "Do both run the same version?", failure);
        }
    }

    private static JsonNode Fields(JobsProtocol.HistoryLine line) => JsonNode.Parse(line.Fields ?? "{}")!;
}
