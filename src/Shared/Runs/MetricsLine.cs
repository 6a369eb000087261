using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using DistTrain.Shared.Protocol;

namespace DistTrain.Shared.Runs;

/// <summary>
/// One step or validation as a line of JSON, for programs; what is no finite number is null there, and what a kind of line does not have is left out.
/// </summary>
/// <param name="At">When the coordinator heard of it; null where it is not told.</param>
/// <param name="Event"><see cref="Step"/> or <see cref="Validation"/>.</param>
/// <param name="Number">Step of the phase; of a validation the steps that were done before it. The key is <c>step</c>.</param>
/// <param name="Loss">Of a step; a validation has its own among the metrics.</param>
public sealed record MetricsLine(
    DateTimeOffset? At, string Event, string Phase, int Generation, [property: JsonPropertyName("step")]
        long Number, double? Loss, double? TokensPerSecond, int? Workers,
    double? Units, long? Tokens, double? GradientNorm, double? LearningRate, bool? Skipped, IReadOnlyDictionary<string, double> Metrics,
    double? Seconds, long? Examples = null, long? ExamplesDigest = null)
{
    public const string Step = "step", Validation = "validation";

    private static readonly JsonSerializerOptions Form = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Converters = { new FiniteOrNull() },
    };

    public static MetricsLine Of(string phase, int generation, int workers, StepRecord step, DateTimeOffset? at = null) => new(
        at, Step, phase, generation, step.Step, step.Loss, step.TokensPerSecond, workers, step.Units, step.Tokens, step.GradientNorm,
        step.LearningRate, step.Skipped, step.Metrics, null, step.Examples, step.ExamplesDigest);

    public static MetricsLine Of(int generation, ValidationRecord validation, DateTimeOffset? at = null) => new(
        at, Validation, validation.Phase, generation, validation.Step, null, null, null, null, null, null, null, null, validation.Metrics,
        validation.Seconds);

    /// <summary>The step that the line tells of; null when it is of a validation, or of a version that did not note all of it.</summary>
    public StepRecord? ToStep() => Event == Step && Units is { } units && Tokens is { } tokens
        ? new(Number, Loss ?? double.NaN, units, tokens, TokensPerSecond ?? double.NaN, GradientNorm ?? double.NaN, LearningRate ?? double.NaN,
            Skipped ?? false, Metrics, Examples, ExamplesDigest)
        : null;

    /// <exception cref="JsonException">It is none.</exception>
    public static MetricsLine Parse(string json) =>
        JsonSerializer.Deserialize<MetricsLine>(json, Form) ?? throw new JsonException("The line is null.");

    public string ToJson() => JsonSerializer.Serialize(this, Form);
}
