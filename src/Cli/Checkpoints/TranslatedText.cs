namespace DistTrain.Cli.Checkpoints;

/// <summary>A translation, decoded.</summary>
/// <param name="LogProbability">Of the text and its end, given the source, in nats; without the end when it reached the limit.</param>
/// <param name="Score">What the search ranks by: the log-probability after the length normalisation.</param>
/// <param name="ReachedLimit">It has as many tokens as it may have, and the model would have gone on.</param>
internal sealed record TranslatedText(string Translation, double LogProbability, double Score, bool ReachedLimit);
