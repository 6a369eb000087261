namespace DistTrain.Model.Objectives.Preferences;

/// <summary>
/// Equation 7 of "Direct Preference Optimization" (Rafailov et al. 2023): -log sigmoid(chosen reward - rejected reward), where a reward is
/// beta (log p_policy - log p_reference). Lengths do not matter.
/// </summary>
/// <param name="beta">How strongly the policy is held to the reference. Greater than 0; 0.1 is usual.</param>
public sealed class SigmoidLoss(double beta) : IPreferenceLoss
{
    public PreferenceValue Of(PreferenceScores pair)
    {
        var chosen = beta * (pair.PolicyChosen - pair.ReferenceChosen);
        var rejected = beta * (pair.PolicyRejected - pair.ReferenceRejected);
        var margin = chosen - rejected;
        // log(1 + e^-x) without overflow for large negative x.
        var loss = Math.Max(-margin, 0) + Math.Log(1 + Math.Exp(-Math.Abs(margin)));
        var slope = beta / (1 + Math.Exp(margin));
        return new PreferenceValue(loss, -slope, slope, chosen, rejected);
    }
}
