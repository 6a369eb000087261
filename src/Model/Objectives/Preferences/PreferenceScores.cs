namespace DistTrain.Model.Objectives.Preferences;

/// <summary>What a preference loss is a function of. Log-probabilities are sums over a translation's tokens.</summary>
/// <param name="PolicyChosen">log p of the chosen translation under the model that is trained.</param>
/// <param name="PolicyRejected">The same of the rejected one.</param>
/// <param name="ReferenceChosen">log p of the chosen translation under the frozen reference.</param>
/// <param name="ReferenceRejected">The same of the rejected one.</param>
/// <param name="ChosenTokens">Tokens of the chosen translation, EOS included. At least 1.</param>
/// <param name="RejectedTokens">The same of the rejected one.</param>
public readonly record struct PreferenceScores(
    double PolicyChosen, double PolicyRejected, double ReferenceChosen, double ReferenceRejected, int ChosenTokens, int RejectedTokens);
