namespace DistTrain.Shared.Datasets.Preparation;

/// <summary>What the preparation found in a data set of a phase.</summary>
/// <param name="Use">What the phase does with it: <c>training</c>, <c>validation</c> or <c>translation</c>.</param>
/// <param name="Path">As in the job.</param>
/// <param name="Files">Full paths of what was read; none when the data are generated.</param>
/// <param name="Weight">How often an epoch uses each example.</param>
/// <param name="LeftOut">Records that are not used, by reason, such as <c>too_long</c>.</param>
/// <param name="Cut">Examples of which something was cut off.</param>
/// <param name="Encoded">Examples that were encoded: all but those that are bad or double.</param>
/// <param name="Lengths">How many of those have no sequence of more tokens than the key.</param>
public sealed record SetReport(
    string Phase, string Use, string Path, IReadOnlyList<string> Files, StoreRef Store, double Weight, IReadOnlyDictionary<string, int> LeftOut,
    int Cut, int Encoded, IReadOnlyDictionary<int, int> Lengths);
