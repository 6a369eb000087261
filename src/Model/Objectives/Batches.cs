namespace DistTrain.Model.Objectives;

/// <summary>Sentence pairs as token ids, without BOS and EOS: the objective adds them and pads.</summary>
public sealed record SentencePairs(int[][] Sources, int[][] Targets);

/// <summary>Sources with a preferred and a rejected translation each, without BOS and EOS.</summary>
/// <param name="ReferenceChosen">Log-probability of each chosen translation under the frozen reference model.</param>
/// <param name="ReferenceRejected">The same of each rejected one.</param>
public sealed record PreferencePairs(int[][] Sources, int[][] Chosen, int[][] Rejected, double[] ReferenceChosen, double[] ReferenceRejected);
