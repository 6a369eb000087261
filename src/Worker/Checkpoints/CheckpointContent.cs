using DistTrain.Model;
using DistTrain.Model.Weights;
using DistTrain.Shared.Checkpoints;
using DistTrain.Shared.Text;

namespace DistTrain.Worker.Checkpoints;

/// <summary>What all checkpoints of a generation have in common.</summary>
/// <param name="RunFolder">The job's folder.</param>
/// <param name="Spec">The job's specification as canonical JSON.</param>
/// <param name="TokenizerFolder">Where the tokenizer's files are copied from.</param>
/// <param name="Slices">The parameters' names and places.</param>
/// <param name="Deliver">Brings a checkpoint to where the coordinator finds it, and gives its folder there; null: it is the same.</param>
public sealed record CheckpointTarget(string RunFolder, string Spec, string TokenizerFolder, TransformerOptions Model,
    IReadOnlyList<ParameterSlice> Slices, Func<string, CancellationToken, string>? Deliver = null);

/// <summary>What the files of a checkpoint hold.</summary>
internal static class CheckpointContent
{
    /// <summary>Writes every file but the manifest.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="model">The values of the model file.</param>
    /// <param name="optimizer">Those of the optimizer file, by what stands before a parameter's name.</param>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled before all tensors were written.</exception>
    public static void Write(string folder, CheckpointTarget target, CheckpointState state, float[] model,
        IEnumerable<KeyValuePair<string, float[]>> optimizer, CancellationToken stop)
    {
        Safetensors.Write(CheckpointFiles.ModelOf(folder), Until(ModelFile.Tensors(target.Slices, model), stop), ModelFile.Metadata(target.Model));
        Safetensors.Write(
            CheckpointFiles.OptimizerOf(folder),
            Until(optimizer.SelectMany(vector => ModelFile.Tensors(target.Slices, vector.Value, vector.Key)), stop),
            new Dictionary<string, string> { ["format"] = "pt" });
        CheckpointJson.Write(folder, CheckpointFiles.State, state);
        File.WriteAllText(CheckpointFiles.JobOf(folder), target.Spec);
        foreach (var name in TokenizerPair.Files(target.TokenizerFolder))
            File.Copy(Path.Combine(target.TokenizerFolder, name), Path.Combine(folder, name));
    }
    private static IEnumerable<T> Until<T>(IEnumerable<T> tensors, CancellationToken stop) => tensors.Select(tensor =>
    {
        stop.ThrowIfCancellationRequested();
        return tensor;
    });
}
