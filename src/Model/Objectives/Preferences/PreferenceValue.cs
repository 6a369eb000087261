namespace DistTrain.Model.Objectives.Preferences;

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
