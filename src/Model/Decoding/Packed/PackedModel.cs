using DistTrain.Model.Modules;
using DistTrain.Model.Weights;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Text;
using TorchSharp;

namespace DistTrain.Model.Decoding.Packed;

/// <summary>
/// The Transformer of <see cref="Transformer"/> for searches on a CPU: weights packed once, no tensors, and every thread by itself with some
/// sentences from beginning to end. The modules say the same in torch's operators; tests hold the two together.
/// </summary>
internal sealed unsafe class PackedModel : IDisposable
{
    /// <summary>Rows of keys and values do not begin at multiples of a large power of 2, which would all go to the same places of a cache.</summary>
    private const int Gap = 16;

    private readonly PackedEncoderLayer[] _encoder;
    private readonly PackedDecoderLayer[] _decoder;
    private readonly PackedNorm? _encoderNorm, _decoderNorm;
    private readonly nint _sourceTable, _targetTable, _outputTable;
    private readonly int _sourceVocabulary;
    private readonly NativeBuffer _positions = new();
    private int _knownPositions;

    private StoredWeights? _stored;

    /// <param name="addressOf">The parameters, which stay as they are.</param>
    /// <param name="letGo">Told each of them that is no longer needed where it is.</param>
    public PackedModel(TransformerOptions options, ParameterAddress addressOf, DecodingPrecision precision, Action<string> letGo)
    {
        (Options, Precision) = (options, precision);
        var weights = new ModelWeights(addressOf, precision, letGo);
        var (source, target, output) = Tables(options);
        _sourceVocabulary = options.SourceVocabularySize ?? options.VocabularySize;
        _sourceTable = (nint)weights.At(source, _sourceVocabulary, options.DModel);
        _targetTable = (nint)weights.At(target, options.VocabularySize, options.DModel);
        // Where nothing is rounded, the packed one has the exact logits.
        if (precision != DecodingPrecision.Full) _outputTable = (nint)weights.At(output, options.VocabularySize, options.DModel);
        Output = weights.Unbiased(output, options.VocabularySize, options.DModel);
        _encoder = [.. Enumerable.Range(0, options.EncoderLayers)
            .Select(layer => new PackedEncoderLayer(weights, $"encoder.layers.{layer}", options))];
        _decoder = [.. Enumerable.Range(0, options.DecoderLayers).Select(layer => new PackedDecoderLayer(weights, layer, options))];
        if (options.Norm != NormPlacement.Pre) return;
        _encoderNorm = new PackedNorm(weights, "encoder.norm", options.DModel);
        _decoderNorm = new PackedNorm(weights, "decoder.norm", options.DModel);
    }

    public TransformerOptions Options { get; }

    public DecodingPrecision Precision { get; }

    /// <summary>The output projection.</summary>
    public Matrix Output { get; }

    /// <summary>Values from one token's keys and values, of all decoder layers, to the next token's.</summary>
    public nint MemoryStride => 2 * Options.DModel * Options.DecoderLayers + Gap;

    /// <summary>Of a model in host memory, whose parameters stay where they are and as they are.</summary>
    public static PackedModel Of(Transformer model, DecodingPrecision precision)
    {
        using var scope = torch.NewDisposeScope();
        var addresses = model.named_parameters().ToDictionary(parameter => parameter.name, parameter => Address(parameter.parameter));
        return new PackedModel(model.Options, (name, _) => addresses[name], precision, _ => { });
    }

    /// <summary>Of a model file.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or lacks a parameter.</exception>
    public static PackedModel Of(string path, DecodingPrecision precision)
    {
        var stored = new StoredWeights(path);
        try
        {
            var model = new PackedModel(ModelFile.ReadOptions(path), stored.At, precision, stored.LetGo) { _stored = stored };
            stored.End();
            return model;
        }
        catch
        {
            stored.Dispose();
            throw;
        }
    }

    /// <summary>Makes the encodings of the first positions. Not while another thread computes.</summary>
    public void Know(int count)
    {
        if (count <= _knownPositions) return;
        PositionalEncoding.Values(count, Options.DModel)
            .CopyTo(new Span<float>(_positions.Room((long)count * Options.DModel), count * Options.DModel));
        _knownPositions = count;
    }

    /// <summary>Encodes sentences and leaves with each what the decoder needs of it.</summary>
    /// <exception cref="ArgumentException">A token is not in the vocabulary.</exception>
    public void Encode(IReadOnlyList<SearchedSentence> sentences, Workspace workspace)
    {
        int[] lengths = [.. sentences.Select(sentence => sentence.Tokens.Length + 1)];
        var (rows, stride) = (lengths.Sum(), Matrix.Stride(Options.DModel));
        var x = workspace.Stream.Room(rows * stride);
        foreach (var sentence in sentences)
            for (var position = 0; position <= sentence.Tokens.Length; position++, x += stride)
                Embed(_sourceTable, Known(position < sentence.Tokens.Length ? sentence.Tokens[position] : SpecialTokens.Eos), position, x);
        foreach (var layer in _encoder) layer.Forward(rows, lengths, workspace);
        _encoderNorm?.Normalize(workspace.Stream.Floats, workspace.Stream.Floats, rows);
        foreach (var layer in _decoder) layer.Remember(rows, sentences, workspace);
    }

    /// <summary>The decoder's output after the last token of each row, which becomes the stream.</summary>
    public void Step(StepRows rows, Workspace workspace)
    {
        var stride = Matrix.Stride(Options.DModel);
        var x = workspace.Stream.Room(rows.Count * stride);
        for (var row = 0; row < rows.Count; row++) Embed(_targetTable, rows.Node(row).Token, rows.Node(row).Length, x + row * stride);
        foreach (var layer in _decoder) layer.Step(rows, workspace);
        _decoderNorm?.Normalize(workspace.Stream.Floats, workspace.Stream.Floats, rows.Count);
    }

    /// <summary>A logit in float32, where the search computes in less.</summary>
    /// <param name="x">The decoder's output.</param>
    public float Logit(float* x, int token) => RowMath.Dot(x, (float*)_outputTable + (long)token * Options.DModel, Options.DModel);

    public void Dispose()
    {
        foreach (var layer in _encoder) layer.Dispose();
        foreach (var layer in _decoder) layer.Dispose();
        Output.Dispose();
        _positions.Dispose();
        _stored?.Dispose();
    }

    private static (string Source, string Target, string Output) Tables(TransformerOptions options) => options switch
    {
        { TieEmbeddings: true, SourceVocabularySize: null } => ("embedding.weight", "embedding.weight", "embedding.weight"),
        { TieEmbeddings: true } => ("source_embedding.weight", "embedding.weight", "embedding.weight"),
        _ => ("source_embedding.weight", "target_embedding.weight", "output_projection.weight"),
    };

    private void Embed(nint table, int token, int position, float* x) =>
        RowMath.Embed((float*)table + (long)token * Options.DModel, MathF.Sqrt(Options.DModel), _positions.Floats + (long)position * Options.DModel,
            x, Options.DModel);

    private int Known(int token) => token >= 0 && token < _sourceVocabulary
        ? token
        : throw new ArgumentException($"Token {token} is not in the model's vocabulary of {_sourceVocabulary} tokens. Encode the text with the " +
            "tokenizer that belongs to the model.");

    // A tensor's memory does not move, and lives as long as the model.
    private static nint Address(torch.Tensor x) =>
        (nint)System.Runtime.CompilerServices.Unsafe.AsPointer(ref System.Runtime.InteropServices.MemoryMarshal.GetReference(x.bytes));
}
