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
