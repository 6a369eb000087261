using DistTrain.Model;
using DistTrain.Model.Weights;
using DistTrain.Shared.Checkpoints;
using DistTrain.Shared.Text;

namespace DistTrain.Cli.Checkpoints;

/// <summary>Everything that a checkpoint's folder tells. What a missing or damaged file would have told is null.</summary>
internal sealed record Inspection
{
    /// <param name="Problem">Null when the file is what was written.</param>
    public sealed record FileFacts(string Name, long Bytes, string Hash, string? Problem);

    /// <param name="Type">As a job names it: <c>bpe</c> or <c>sentencepiece</c>.</param>
    /// <param name="VocabularySize">Of the target, and of the source when they share it.</param>
    /// <param name="SourceVocabularySize">Null when the source shares the target's.</param>
    public sealed record TokenizerFacts(string Type, int VocabularySize, int? SourceVocabularySize, string Hash)
    {
        public static TokenizerFacts Of(TokenizerPair tokenizers) => new(
            tokenizers.Target is SentencePieceTokenizer
                ? "sentencepiece" : "bpe", tokenizers.Target.VocabularySize, tokenizers.SourceVocabularySize, tokenizers.Hash);
    }

    /// <param name="Norm">Euclidean.</param>
    public sealed record TensorFacts(string Name, IReadOnlyList<long> Shape, double Norm);

    public required string Folder { get; init; }

    /// <summary>When its last file was written.</summary>
    public required DateTime Written { get; init; }

    public required CheckpointState State { get; init; }

    public TokenizerFacts? Tokenizer { get; init; }

    public TransformerOptions? Model { get; init; }

    public long? Parameters => Parts?.Values.Sum();

    /// <summary>Parameters of the encoder, of the decoder, and of the embeddings with the output projection.</summary>
    public IReadOnlyDictionary<string, long>? Parts { get; init; }

    /// <summary>How many numbers the optimizer keeps, by kind, such as first_moment.</summary>
    public IReadOnlyDictionary<string, long>? Optimizer { get; init; }

    /// <summary>Those of the model file, when they were asked for.</summary>
    public IReadOnlyList<TensorFacts>? Tensors { get; init; }

    public required IReadOnlyList<FileFacts> Files { get; init; }

    /// <param name="folder">Of <see cref="CheckpointLocation.Find"/>.</param>
    /// <param name="tensors">Whether to read every tensor of the model.</param>
    /// <exception cref="CheckpointDamagedException">The manifest or state.json cannot be read.</exception>
    public static Inspection Of(string folder, bool tensors)
    {
        var files = CheckpointManifest.Read(folder).Files.Select(file => Verified(folder, file.Key, file.Value)).ToList();
        var sound = files.Where(file => file.Problem is null).Select(file => file.Name).ToHashSet();
        var (model, optimizer) = (CheckpointFiles.ModelOf(folder), CheckpointFiles.OptimizerOf(folder));
        var hasModel = sound.Contains(CheckpointFiles.Model);
        return new()
        {
            Folder = folder,
            Written = File.GetLastWriteTimeUtc(Path.Combine(folder, CheckpointFiles.Manifest)),
            State = CheckpointState.Read(folder),
            // Not TokenizerPair.Files: that knows no file that is missing.
            Tokenizer = files.All(file => file.Problem is null || file.Name is CheckpointFiles.Model or CheckpointFiles.Optimizer)
                ? TokenizerFacts.Of(TokenizerPair.Load(folder)) : null,
            Model = hasModel ? ModelFile.ReadOptions(model) : null,
            Parts = hasModel ? Sizes(model, name => First(name) is var part and ("encoder" or "decoder") ? part : "embeddings") : null,
            Optimizer = sound.Contains(CheckpointFiles.Optimizer) ? Sizes(optimizer, First) : null,
            Tensors = tensors && hasModel ? Norms(model) : null,
            Files = files,
        };
    }

    private static FileFacts Verified(string folder, string name, CheckpointManifest.Entry written)
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

    private static string First(string name) => name.Split('.')[0];

    /// <summary>How many numbers a file's tensors hold, added up by what <paramref name="kind"/> makes of a tensor's name.</summary>
    private static Dictionary<string, long> Sizes(string path, Func<string, string> kind)
    {
        using var file = Safetensors.Read(path);
        return file.Entries.GroupBy(entry => kind(entry.Key))
            .ToDictionary(group => group.Key, group => group.Sum(entry => Elements(entry.Value.Shape)));
    }

    private static long Elements(IReadOnlyList<long> shape) => shape.Aggregate(1L, (product, size) => product * size);

    private static List<TensorFacts> Norms(string path)
    {
        using var file = Safetensors.Read(path);
        return [.. file.Entries.Select(entry =>
            new TensorFacts(entry.Key, entry.Value.Shape, Math.Sqrt(file.ReadFloats(entry.Key).Sum(value => (double)value * value))))];
    }
}
