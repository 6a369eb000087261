namespace DistTrain.Model.Objectives;

/// <summary>The sigmoid loss of "Direct Preference Optimization" (Rafailov et al. 2023), equation 7, of one pair.</summary>
/// <param name="Loss">-log sigmoid(chosen reward - rejected reward).</param>
/// <param name="ChosenReward">beta (log p_policy - log p_reference) of the chosen translation.</param>
/// <param name="RejectedReward">The same of the rejected one.</param>
/// <param name="Slope">The loss's derivative by the policy's rejected log-probability; by the chosen one it is the negative.</param>
internal readonly record struct DpoLoss(double Loss, double ChosenReward, double RejectedReward, double Slope)
{
    public static DpoLoss Sigmoid(double beta, double policyChosen, double policyRejected, double referenceChosen, double referenceRejected)
    {
        var chosen = beta * (policyChosen - referenceChosen);
        var rejected = beta * (policyRejected - referenceRejected);
        var margin = chosen - rejected;
        // log(1 + e^-x) without overflow for large negative x.
        var loss = Math.Max(-margin, 0) + Math.Log(1 + Math.Exp(-Math.Abs(margin)));
        return new DpoLoss(loss, chosen, rejected, beta / (1 + Math.Exp(margin)));
    }

    /// <summary>Strictly preferred: a tie counts as wrong.</summary>
    public bool IsAccurate => ChosenReward > RejectedReward;

    public double Margin => ChosenReward - RejectedReward;
}
