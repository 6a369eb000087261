namespace DistTrain.Cli.Checkpoints;

/// <summary>A translation, decoded.</summary>
/// <param name="LogProbability">Of the text and its end, given the source, in nats.</param>
/// <param name="Score">What the search ranks by: the log-probability after the length normalisation.</param>
internal sealed record TranslatedText(string Translation, double LogProbability, double Score);
