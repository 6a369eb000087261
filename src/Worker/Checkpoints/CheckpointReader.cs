using DistTrain.Model.Weights;

namespace DistTrain.Worker.Checkpoints;

/// <summary>A checkpoint whose every file is what was written.</summary>
public sealed class CheckpointReader
{
    private readonly string folder;

    private CheckpointReader(string folder, CheckpointState state) => (this.folder, State) = (folder, state);

    public CheckpointState State { get; }

    /// <summary>Opens a checkpoint and compares its files with the manifest, which reads all of them once.</summary>
    /// <exception cref="CheckpointDamagedException">A file is missing or not what was written.</exception>
    public static CheckpointReader Open(string folder)
    {
        if (!Directory.Exists(folder)) throw new CheckpointDamagedException(folder, "is missing");
        CheckpointManifest.Read(folder).Verify(folder);
        return new CheckpointReader(folder, CheckpointState.Read(folder));
    }

    /// <summary>Replaces the values of <paramref name="parameters"/>.</summary>
    /// <exception cref="InvalidDataException">The checkpoint belongs to a model of other sizes.</exception>
    public void LoadModel(FlatParameters parameters) => ModelFile.LoadInto(Path.Combine(folder, CheckpointFiles.Model), parameters);

    /// <summary>Reads Adam's moments, which lie as the parameters do.</summary>
    /// <exception cref="InvalidDataException">The checkpoint belongs to a model of other sizes.</exception>
    public void LoadMoments(IReadOnlyList<ParameterSlice> slices, Span<float> firstMoment, Span<float> secondMoment)
    {
        var file = Path.Combine(folder, CheckpointFiles.Optimizer);
        ModelFile.ReadInto(file, slices, firstMoment, CheckpointFiles.FirstMoment);
        ModelFile.ReadInto(file, slices, secondMoment, CheckpointFiles.SecondMoment);
    }
}
