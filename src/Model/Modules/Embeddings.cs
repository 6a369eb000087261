using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DistTrain.Model.Modules;

/// <summary>
/// Tokens to vectors: embedding x sqrt(d_model) + positional encoding, then dropout (sections 3.4, 3.5, 5.4); and the matrix of the output
/// projection. Tied, one matrix does all three. Not a module: the Transformer registers the tables under their names.
/// </summary>
internal sealed class Embeddings : IDisposable
{
    private readonly PositionalEncoding _positions;
    private readonly Dropout _dropout;
    private readonly double _scale;

    /// <param name="dropouts">Of the model.</param>
    public Embeddings(TransformerOptions options, Dropouts dropouts)
    {
        _positions = new PositionalEncoding(options.DModel);
        _dropout = new Dropout(dropouts, options.Dropout);
        _scale = Math.Sqrt(options.DModel);
        Target = nn.Embedding(options.VocabularySize, options.DModel);
        Source = options is { TieEmbeddings: true, SourceVocabularySize: null }
            ? Target : nn.Embedding(options.SourceVocabularySize ?? options.VocabularySize, options.DModel);
        Output = options.TieEmbeddings ? Target : nn.Embedding(options.VocabularySize, options.DModel);
    }

    public Embedding Source { get; }

    public Embedding Target { get; }

    /// <summary>Its weight projects the decoder's output to logits, without a bias.</summary>
    public Embedding Output { get; }

    /// <summary>[B, T] tokens, the first at <paramref name="position"/>, to rows [B x T, D].</summary>
    public Tensor Embed(Embedding table, Tensor tokens_BT, long position)
    {
        using var scope = NewDisposeScope();
        var positions_TD = _positions.Rows(position, tokens_BT.shape[1], tokens_BT.device);
        var x_BTD = table.forward(tokens_BT).mul_(Number.Of(_scale)).Add(positions_TD);
        return _dropout.Apply(x_BTD.flatten(0, 1)).MoveToOuterDisposeScope();
    }

    public void Dispose() => _positions.Dispose();
}
