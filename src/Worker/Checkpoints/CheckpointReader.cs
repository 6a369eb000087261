using DistTrain.Model.Weights;
using DistTrain.Shared.Checkpoints;
using DistTrain.Shared.Text;

namespace DistTrain.Worker.Checkpoints;

/// <summary>A checkpoint whose every file is what was written.</summary>
public sealed class CheckpointReader
{
    private readonly string _folder;

    private CheckpointReader(string folder, CheckpointState state) => (_folder, State) = (folder, state);

    public CheckpointState State { get; }

    /// <summary>Opens a checkpoint and compares its files with the manifest, which reads all of them once.</summary>
    /// <exception cref="CheckpointDamagedException">A file is missing or not what was written.</exception>
    public static CheckpointReader Open(string folder) => Open(folder, but: null);

    /// <summary>Opens a checkpoint to translate with it: the optimizer's file, of twice the model's size, is not read.</summary>
    /// <exception cref="CheckpointDamagedException">Another file is missing or not what was written.</exception>
    public static CheckpointReader OpenModel(string folder) => Open(folder, but: CheckpointFiles.Optimizer);

    private static CheckpointReader Open(string folder, string? but)
    {
        if (!Directory.Exists(folder)) throw new CheckpointDamagedException(folder, "is missing");
        CheckpointManifest.Read(folder).Verify(folder, but);
        return new CheckpointReader(folder, CheckpointState.Read(folder));
    }

    /// <summary>Reads the model's weights into <paramref name="values"/>.</summary>
    /// <exception cref="InvalidDataException">The checkpoint belongs to a model of other sizes.</exception>
    public void LoadModel(IReadOnlyList<ParameterSlice> slices, Span<float> values) =>
        ModelFile.ReadInto(CheckpointFiles.ModelOf(_folder), slices, values);

    /// <summary>Whether the optimizer file has trained weights beside the model file's average.</summary>
    public bool HasTrainedWeights()
    {
        using var file = Safetensors.Read(CheckpointFiles.OptimizerOf(_folder));
        return file.Entries.Keys.Any(name => name.StartsWith(CheckpointFiles.Weights, StringComparison.Ordinal));
    }

    /// <summary>The tokenizers that the model was trained with.</summary>
    /// <exception cref="InvalidDataException">Those in the folder are damaged, or belong to another model.</exception>
    public TokenizerPair Tokenizers()
    {
        var tokenizers = TokenizerPair.Load(_folder);
        var model = CheckpointFiles.ModelOf(_folder);
        var options = ModelFile.ReadOptions(model);
        if (tokenizers.Hash == State.TokenizerHash
            && (tokenizers.Target.VocabularySize, tokenizers.SourceVocabularySize) == (options.VocabularySize, options.SourceVocabularySize))
            return tokenizers;
        throw new InvalidDataException(
            $"The tokenizer in '{_folder}' ({string.Join(", ", TokenizerPair.Files(_folder))}; {tokenizers.Target.VocabularySize} entries, " +
            $"hash {tokenizers.Hash}) is not the one that '{model}' was trained with ({options.VocabularySize} rows in its embedding, " +
            $"hash {State.TokenizerHash}): its tokens would stand for other words. " +
            "Copy the tokenizer's files from the run that the checkpoint belongs to.");
    }

    /// <summary>Fills vectors of the optimizer file.</summary>
    /// <exception cref="InvalidDataException">The checkpoint belongs to a model of other sizes, or lacks one of the vectors.</exception>
    public void LoadOptimizer(IReadOnlyList<ParameterSlice> slices, IEnumerable<OptimizerVector> vectors)
    {
        foreach (var vector in vectors)
            ModelFile.ReadInto(CheckpointFiles.OptimizerOf(_folder), slices, vector.Values.Span, vector.Prefix);
    }
}
