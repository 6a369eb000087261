using System.Security.Cryptography;
using DistTrain.Cli.Terminal;
using DistTrain.Shared.Metrics;
using DistTrain.Shared.Text;

namespace DistTrain.Cli.Text;

/// <summary>A tokenizer of BLEU by its name, also one that needs a model's file or another program.</summary>
internal sealed class BleuTokenizers : IDisposable
{
    private const string JapaneseName = "ja-mecab", ModelName = "spm";

    // By the names of the files in sacreBLEU's folder of models.
    private static readonly Dictionary<string, string> Models = new()
    {
        ["flores101"] = "sacrebleu_tokenizer_spm.model",
        ["flores200"] = "flores200sacrebleuspm",
    };

    private readonly Mecab? _mecab;

    private BleuTokenizers(BleuTokenizer tokenizer, Mecab? mecab = null) => (Tokenizer, _mecab) = (tokenizer, mecab);

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. BleuTokenizer.Names, .. Models.Keys, ModelName, JapaneseName];

    public BleuTokenizer Tokenizer { get; }

    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="model">A SentencePiece model; null: for flores101 and flores200 the file that sacreBLEU has downloaded.</param>
    /// <param name="sacreBleu">sacreBLEU's folder.</param>
    /// <exception cref="UsageException">The name does not take a model, or the model or the program is not there.</exception>
    public static BleuTokenizers Open(string name, FileInfo? model, string sacreBleu)
    {
        if (name == JapaneseName && model is null)
        {
            var mecab = Mecab.Start("mecab");
            // Chinese is cut too, if by a dictionary of Japanese; letters that the dictionary has not are one word as long as they stand together.
            return new(new(mecab.Signature, mecab.Words) { Parts = UnspacedScripts.Japanese | UnspacedScripts.Chinese }, mecab);
        }
        if (Models.TryGetValue(name, out var file) || name == ModelName)
            return new(OfModel(name, Found(name, model, Path.Combine(sacreBleu, "models", file ?? ""))));
        return model is null
            ? new(BleuTokenizer.Parse(name))
            : throw new UsageException($"--tokenizer-model is '{model}', but the tokenization {name} takes no model. Leave it out, or choose " +
                $"--tokenize {string.Join(", ", Models.Keys)} or {ModelName}.");
    }

    /// <summary>The folder that <c>SACREBLEU</c> names, else <c>.sacrebleu</c> in the home folder.</summary>
    public static string SacreBleuFolder() => Environment.GetEnvironmentVariable("SACREBLEU") is { Length: > 0 } named
        ? named : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".sacrebleu");

    public void Dispose() => _mecab?.Dispose();

    private static string Found(string name, FileInfo? model, string cached) => model?.FullName ?? (name == ModelName
        ? throw new UsageException($"--tokenize {ModelName} needs a SentencePiece model. Give its file as --tokenizer-model.")
        : File.Exists(cached) ? cached
        : throw new UsageException($"--tokenize {name} needs its SentencePiece model, which is not at '{cached}'. sacreBLEU downloads it to there " +
            $"(sacrebleu --tokenize {name} ...); or give its file as --tokenizer-model."));

    // A model of one's own is named by its content, so that no two share a signature.
    private static BleuTokenizer OfModel(string name, string file)
    {
        var pieces = SentencePieceTokenizer.Load(file);
        var signature = name == ModelName ? $"{ModelName}-{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))[..8]}" : name;
        return new(signature, text => [.. pieces.Pieces(text)]);
    }
}
