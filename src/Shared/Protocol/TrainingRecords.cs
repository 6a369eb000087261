namespace DistTrain.Shared.Protocol;

/// <summary>One optimizer step, with sums over the whole ring.</summary>
/// <param name="Step">1-based step of the phase.</param>
/// <param name="Loss">Mean loss per unit: per target token (supervised, label-smoothed) or per pair (DPO).</param>
/// <param name="Units">Target tokens or pairs of the global batch.</param>
/// <param name="Tokens">Target tokens of the global batch.</param>
/// <param name="TokensPerSecond">Target tokens a second of this step, the whole ring together.</param>
/// <param name="GradientNorm">Global L2 norm before clipping.</param>
/// <param name="LearningRate">The rate that was applied.</param>
/// <param name="Skipped">True when loss or gradient were not finite and no member updated its parameters.</param>
/// <param name="Metrics">Further means per unit, such as <c>rewards/margins</c>.</param>
/// <param name="Examples">Examples that the members computed, as often as they did; null from a version that did not count them.</param>
/// <param name="ExamplesDigest">Sum of the digest of those: see <see cref="Datasets.ExampleDigest"/>; null as <paramref name="Examples"/> is.</param>
public sealed record StepRecord(
    long Step, double Loss, [property: Finite]
        double Units, long Tokens, double TokensPerSecond, double GradientNorm, double LearningRate, bool Skipped,
    IReadOnlyDictionary<string, double> Metrics, long? Examples = null, long? ExamplesDigest = null);

/// <summary>A checkpoint that lies complete in its folder.</summary>
/// <param name="Phase">Name of the phase.</param>
/// <param name="Step">Steps of the phase it holds.</param>
/// <param name="Folder">Full path.</param>
/// <param name="Bytes">Size of all its files.</param>
/// <param name="ParametersHash">Hash of the parameters.</param>
public sealed record CheckpointRecord(
    [property: AtMost(Limits.NameCharacters)] string Phase, long Step, [property: AtMost(Limits.PathCharacters)] string Folder, long Bytes,
    [property: AtMost(Limits.NameCharacters)] string ParametersHash);

/// <summary>What a validation found.</summary>
/// <param name="Step">Steps of the phase done before it; 0 is the phase's start.</param>
/// <param name="Metrics">By name: <c>loss</c>, <c>perplexity</c>, <c>bleu</c>, <c>chrf</c>, <c>accuracy</c>, <c>margin</c>,
/// <c>share/NAME</c>.</param>
/// <param name="Samples">The first few translations.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record ValidationRecord(
    [property: AtMost(Limits.NameCharacters)]
        string Phase, long Step, IReadOnlyDictionary<string, double> Metrics, IReadOnlyList<TranslationSample> Samples, [property: Finite]
        double Seconds);

/// <summary>One validation sentence as the model translates it now.</summary>
public sealed record TranslationSample(string Source, string Translation, string Reference);
