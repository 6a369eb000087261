using System.Globalization;

namespace DistTrain.Shared.Checkpoints;

/// <summary>The names in a run's folder of checkpoints.</summary>
public static class CheckpointFiles
{
    /// <summary>Weights, under their PyTorch-style names: what translates. With a moving average on, the averaged ones.</summary>
    public const string Model = "model.safetensors";

    /// <summary>
    /// What training needs to go on, beside the model file: Adam's moments <c>first_moment.NAME</c> and <c>second_moment.NAME</c> for each
    /// parameter, and with a moving average on the weights that are trained, <c>weights.NAME</c>.
    /// </summary>
    public const string Optimizer = "optimizer.safetensors";

    /// <summary>What stands before a parameter's name for its first moment.</summary>
    public const string FirstMoment = "first_moment.";

    /// <summary>What stands before a parameter's name for its second moment.</summary>
    public const string SecondMoment = "second_moment.";

    /// <summary>What stands before a parameter's name for its trained, not averaged value.</summary>
    public const string Weights = "weights.";

    /// <summary>A <see cref="CheckpointState"/>.</summary>
    public const string State = "state.json";

    /// <summary>The job's specification.</summary>
    public const string Job = "job.json";

    /// <summary>A <see cref="CheckpointManifest"/>; written last, so a folder without it is not a checkpoint.</summary>
    public const string Manifest = "manifest.json";

    /// <summary>Among the folders of checkpoints: what the job started from, which it did not train.</summary>
    public const string StartName = "start";

    /// <summary>Beside the folders of checkpoints: the name of the best one's.</summary>
    public const string Best = "best";

    /// <summary>Full path of a checkpoint's model file.</summary>
    /// <param name="checkpoint">The checkpoint's folder.</param>
    public static string ModelOf(string checkpoint) => Path.Combine(checkpoint, Model);

    /// <summary>Full path of a checkpoint's optimizer file, which not every checkpoint has.</summary>
    /// <param name="checkpoint">The checkpoint's folder.</param>
    public static string OptimizerOf(string checkpoint) => Path.Combine(checkpoint, Optimizer);

    /// <summary>Full path of a checkpoint's job file.</summary>
    /// <param name="checkpoint">The checkpoint's folder.</param>
    public static string JobOf(string checkpoint) => Path.Combine(checkpoint, Job);

    /// <summary>Full path of the folder that a job's checkpoints lie in.</summary>
    /// <param name="runFolder">The job's folder.</param>
    public static string Root(string runFolder) => Path.Combine(runFolder, "checkpoints");

    /// <summary>Full path of a job's own copy of the checkpoint that it starts from: no checkpoint of a phase has a name without a step.</summary>
    /// <param name="runFolder">The job's folder.</param>
    public static string Start(string runFolder) => Path.Combine(Root(runFolder), StartName);

    /// <summary>Full path of the checkpoint of a step.</summary>
    /// <param name="runFolder">The job's folder.</param>
    public static string Folder(string runFolder, string phase, long step) =>
        Path.Combine(Root(runFolder), string.Create(CultureInfo.InvariantCulture, $"{phase}-{step:D8}"));

    /// <summary>Phase and step of the checkpoint that a folder has its name from; null for a folder of any other name.</summary>
    public static (string Phase, long Step)? PlaceOf(string folder)
    {
        var name = Path.GetFileName(folder);
        var dash = name.LastIndexOf('-');
        return dash > 0 && long.TryParse(name.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var step)
            ? (name[..dash], step) : null;
    }
}
