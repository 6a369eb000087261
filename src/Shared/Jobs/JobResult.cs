using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace DistTrain.Shared.Jobs;

/// <summary>
/// How a job ended, as its folder tells it without a coordinator: the file <c>result.json</c>. The coordinator writes it when the job ends and
/// removes it when the job is taken up again, so a folder without it is of a job that has not ended.
/// </summary>
/// <param name="Status">One of those that are an end.</param>
/// <param name="Checkpoint">Name of the folder, under the job's <c>checkpoints</c>, that the job leaves behind; null when there is none.</param>
/// <param name="Because">Why it did not complete; empty when it did.</param>
/// <param name="EndedAt">When.</param>
public sealed partial record JobResult(JobStage Status, string? Checkpoint, string Because, DateTimeOffset EndedAt)
{
    public const string FileName = "result.json";

    private static readonly JsonTypeInfo<JobResult> Form = new ResultForm(new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter<JobStage>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    }).JobResult;

    /// <summary>It did all that was asked.</summary>
    [JsonIgnore]
    public bool IsCompleted => Status == JobStage.Completed;

    /// <returns>Null when the job has not ended.</returns>
    /// <exception cref="InvalidDataException">The file is there but cannot be read.</exception>
    public static JobResult? Read(string jobFolder)
    {
        var file = Path.Combine(jobFolder, FileName);
        if (!File.Exists(file)) return null;
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(file), Form);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"'{file}' cannot be read ({e.Message.TrimEnd('.')}). Remove it: the job then counts as one that has " +
                "not ended.", e);
        }
    }

    /// <summary>Replaces the file at once: a reader never sees half of it.</summary>
    public void Write(string jobFolder)
    {
        Directory.CreateDirectory(jobFolder);
        var file = Path.Combine(jobFolder, FileName);
        File.WriteAllText(file + ".tmp", JsonSerializer.Serialize(this, Form) + "\n");
        File.Move(file + ".tmp", file, overwrite: true);
    }

    /// <summary>Says that the job has not ended, or no longer.</summary>
    public static void Remove(string jobFolder)
    {
        // Before its preparation a job has no folder.
        if (Directory.Exists(jobFolder)) File.Delete(Path.Combine(jobFolder, FileName));
    }

    [JsonSerializable(typeof(JobResult))]
    private sealed partial class ResultForm : JsonSerializerContext;
}
