using System.CommandLine;
using System.Globalization;
using DistTrain.Cli.Checkpoints;
using DistTrain.Model;
using DistTrain.Model.Weights;
using DistTrain.Worker.Checkpoints;

namespace DistTrain.Cli.Commands;

/// <summary><c>disttrain inspect</c>: what a checkpoint is, and whether its files are what was written.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        var checkpoint = new Argument<string>("CHECKPOINT") { Description = "A checkpoint's folder, or a run's: then its best checkpoint, else its newest." };
        var json = SharedOptions.Json();
        var command = new Command("inspect", "Tell what a checkpoint holds and verify its files.") { checkpoint, json };
        command.SetAction(parsed =>
        {
            var folder = CheckpointLocation.Find(parsed.GetValue(checkpoint)!);
            var files = CheckpointManifest.Read(folder).Files.Select(file => Verified(folder, file.Key, file.Value)).ToList();
            var state = CheckpointState.Read(folder);
            var model = Path.Combine(folder, CheckpointFiles.Model);
            var (options, parameters) = (ModelFile.ReadOptions(model), Parameters(model));
            var output = parsed.InvocationConfiguration.Output;
            output.WriteLine(parsed.GetValue(json)
                ? JsonLine.Of(new { folder, state, model = options, parameters, files })
                : Text(folder, state, options, parameters, files));
            return files.All(file => file.Problem is null) ? 0 : 1;
        });
        return command;
    }

    /// <param name="Problem">Null when the file is what was written.</param>
    private sealed record VerifiedFile(string Name, long Bytes, string Hash, string? Problem);

    private static VerifiedFile Verified(string folder, string name, CheckpointManifest.Entry written)
    {
        try
        {
            new CheckpointManifest(new Dictionary<string, CheckpointManifest.Entry> { [name] = written }).Verify(folder);
            return new(name, written.Length, written.XxHash128, null);
        }
        catch (CheckpointDamagedException damage)
        {
            return new(name, written.Length, written.XxHash128, damage.Message);
        }
    }

    private static long Parameters(string file)
    {
        using var weights = Safetensors.Read(file);
        return weights.Entries.Values.Sum(tensor => tensor.Shape.Aggregate(1L, (product, size) => product * size));
    }

    private static string Text(string folder, CheckpointState state, TransformerOptions model, long parameters, IEnumerable<VerifiedFile> files) => string.Join(
        Environment.NewLine,
        [
            $"checkpoint  {folder}",
            $"job         {state.Job}",
            Invariant($"phase       {state.Phase}, step {state.Step} of {state.TotalSteps}, loss {state.Loss:F4}"),
            Invariant($"model       {parameters:N0} parameters: {model.EncoderLayers}+{model.DecoderLayers} layers, d_model {model.DModel}, {model.Heads} heads, d_ff {model.DFeedForward}"),
            $"tokenizer   {model.VocabularySize} tokens",
            "files",
            .. files.Select(file => Invariant($"  {file.Name,-24} {file.Bytes,14:N0} bytes  {file.Hash}  {file.Problem ?? "verified"}")),
        ]);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
