namespace DistTrain.Cli.Checkpoints;

/// <summary>What a model makes of preferences.</summary>
/// <param name="Nats">Log p(chosen) - log p(rejected) of each pair that it can judge, in the pairs' order.</param>
/// <param name="Equal">Number of other pairs, whose answers are the same tokens.</param>
/// <param name="TooLong">Number of pairs with different answers and a text that is too long for the model.</param>
internal sealed record PreferenceMargins(IReadOnlyList<double> Nats, int Equal, int TooLong);
