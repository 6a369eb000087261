using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using DistTrain.Shared;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Jobs;

/// <summary>
/// An event's own fields as JSON, for programs that read a history: numbers as numbers, names as in the journal, what is no finite number null.
/// </summary>
public static class HistoryFields
{
    internal static readonly JsonSerializerOptions Form = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new FiniteOrNull(), new IdConverter(), new ShownText(), new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <returns>A JSON object.</returns>
    public static string Of(JobEvents.IJobEvent happened)
    {
        var fields = happened switch
        {
            // The journal has the whole job file in it, and sentences by the dozen in a validation.
            JobEvents.JobSubmitted e => Node(new { e.RunFolder, e.DataRoot, start = JobHistoryText.StartOf(e)?.Checkpoint }),
            JobEvents.Validated e => Node(new { e.Generation, e.Validation.Phase, e.Validation.Step, e.Validation.Metrics, e.Validation.Seconds }),
            JobEvents.CheckpointCommitted e =>
                Node(new { e.Generation, e.Checkpoint.Phase, e.Checkpoint.Step, checkpoint = e.Checkpoint.Folder, e.Checkpoint.Bytes,
                    e.Checkpoint.ParametersHash }),
            _ => Node(happened),
        };
        fields.Remove("at");
        return fields.ToJsonString(Form);
    }

    private static JsonObject Node(object fields) => JsonSerializer.SerializeToNode(fields, fields.GetType(), Form)!.AsObject();
}
