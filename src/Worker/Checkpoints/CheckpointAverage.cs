using DistTrain.Model;
using DistTrain.Model.Modules;
using DistTrain.Model.Weights;
using DistTrain.Shared.Checkpoints;

namespace DistTrain.Worker.Checkpoints;

/// <summary>
/// The mean of several checkpoints' weights (Vaswani et al. 2017, 6.1), as a checkpoint of its own. It has no optimizer file: it is there to
/// be used, not to be resumed from.
/// </summary>
public static class CheckpointAverage
{
    /// <summary>Adds up the weights in float64 and writes their mean, beside the other files of the checkpoint that was trained longest.</summary>
    /// <param name="folders">The checkpoints' folders, at least one.</param>
    /// <param name="target">Full path of the folder to write. A checkpoint that is there is replaced.</param>
    /// <exception cref="CheckpointDamagedException">A file of a checkpoint is missing or not what was written.</exception>
    /// <exception cref="InvalidDataException">The checkpoints' models or tokenizers differ.</exception>
    public static CheckpointState Write(IReadOnlyList<string> folders, string target)
    {
        var states = folders.ToDictionary(folder => folder, folder => CheckpointReader.Open(folder).State);
        var longest = CheckpointRanking.Newest(folders, folder => states[folder])!;
        var options = Options(longest);
        foreach (var folder in folders) RequireAlike(folder, states[folder], longest, states[longest]);

        using var model = new Transformer(options);
        using var parameters = new FlatParameters(model);
        Mean(folders, parameters);
        var state = states[longest] with
        {
            AveragedFrom = [.. folders.Select(folder => $"{states[folder].Job}/{Path.GetFileName(folder)}")],
            Metrics = CheckpointState.NoMetrics,
            ParametersHash = parameters.Hash(),
        };
        CheckpointFolder.Write(target, generation: null, folder =>
        {
            foreach (var name in OtherFiles(longest)) File.Copy(Path.Combine(longest, name), Path.Combine(folder, name));
            ModelFile.Save(CheckpointFiles.ModelOf(folder), parameters, options);
            CheckpointJson.Write(folder, CheckpointFiles.State, state);
        });
        return state;
    }

    private static void Mean(IReadOnlyList<string> folders, FlatParameters parameters)
    {
        var sums = new double[parameters.Values.Length];
        foreach (var folder in folders)
        {
            ModelFile.LoadInto(CheckpointFiles.ModelOf(folder), parameters);
            var values = parameters.Values;
            for (var i = 0; i < sums.Length; i++) sums[i] += values[i];
        }
        var mean = parameters.ChangeValues().Host.Span;
        for (var i = 0; i < sums.Length; i++) mean[i] = (float)(sums[i] / folders.Count);
    }

    private static void RequireAlike(string folder, CheckpointState state, string other, CheckpointState otherState)
    {
        if (Options(folder) is var options && Options(other) is var others && options != others)
            throw new InvalidDataException($"The checkpoint '{folder}' is of another model ({options}) than '{other}' ({others}). Average " +
                "checkpoints of one job.");
        if (state.TokenizerHash != otherState.TokenizerHash)
            throw new InvalidDataException($"The checkpoint '{folder}' has the tokenizer {state.TokenizerHash}, but '{other}' has " +
                $"{otherState.TokenizerHash}. Average checkpoints of one job.");
    }

    private static TransformerOptions Options(string folder) => ModelFile.ReadOptions(CheckpointFiles.ModelOf(folder));

    /// <summary>Job and tokenizer.</summary>
    private static IEnumerable<string> OtherFiles(string folder) => CheckpointManifest.Read(folder).Files.Keys
        .Except([CheckpointFiles.Model, CheckpointFiles.Optimizer, CheckpointFiles.State]);
}
