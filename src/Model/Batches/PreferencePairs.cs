namespace DistTrain.Model.Batches;

/// <summary>Sources with a preferred and a rejected translation each, without BOS and EOS.</summary>
/// <param name="ReferenceChosen">Log-probability of each chosen translation under the frozen reference model.</param>
/// <param name="ReferenceRejected">The same of each rejected one.</param>
public sealed record PreferencePairs(int[][] Sources, int[][] Chosen, int[][] Rejected, double[] ReferenceChosen, double[] ReferenceRejected);
