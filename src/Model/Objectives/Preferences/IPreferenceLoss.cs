namespace DistTrain.Model.Objectives.Preferences;

/// <summary>
/// The loss of one pair of translations of which one is preferred: a function of how probable policy and reference find the two, and of
/// nothing else. It knows no model and no tensor.
/// </summary>
public interface IPreferenceLoss
{
    /// <summary>The loss of a pair, and what its gradient starts from.</summary>
    /// <param name="pair">A loss without a reference leaves the reference's log-probabilities alone; one that weighs translations by their lengths
    /// divides by its numbers of tokens.</param>
    PreferenceValue Of(PreferenceScores pair);
}

/// <summary>What a preference loss is a function of. Log-probabilities are sums over a translation's tokens.</summary>
/// <param name="PolicyChosen">log p of the chosen translation under the model that is trained.</param>
/// <param name="PolicyRejected">The same of the rejected one.</param>
/// <param name="ReferenceChosen">log p of the chosen translation under the frozen reference.</param>
/// <param name="ReferenceRejected">The same of the rejected one.</param>
/// <param name="ChosenTokens">Tokens of the chosen translation, EOS included. At least 1.</param>
/// <param name="RejectedTokens">The same of the rejected one.</param>
public readonly record struct PreferenceScores(
    double PolicyChosen, double PolicyRejected, double ReferenceChosen, double ReferenceRejected, int ChosenTokens, int RejectedTokens);

/// <summary>A preference loss of one pair.</summary>
/// <param name="ByChosen">The loss's derivative by <see cref="PreferenceScores.PolicyChosen"/>.</param>
/// <param name="ByRejected">The loss's derivative by <see cref="PreferenceScores.PolicyRejected"/>.</param>
/// <param name="ChosenReward">What the loss takes the chosen translation to be worth.</param>
/// <param name="RejectedReward">The same of the rejected one.</param>
public readonly record struct PreferenceValue(double Loss, double ByChosen, double ByRejected, double ChosenReward, double RejectedReward)
{
    /// <summary>Strictly preferred: a tie counts as wrong.</summary>
    public bool IsAccurate => ChosenReward > RejectedReward;

    public double Margin => ChosenReward - RejectedReward;
}
