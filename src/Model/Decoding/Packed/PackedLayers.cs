using DistTrain.Model.Modules;
using DistTrain.Shared.Jobs;

namespace DistTrain.Model.Decoding.Packed;

/// <summary>Layer normalisation of rows.</summary>
internal sealed unsafe class PackedNorm(ModelWeights weights, string name, int width)
{
    private readonly nint _gain = (nint)weights.At(name + ".weight", width), _bias = (nint)weights.At(name + ".bias", width);

    /// <summary>y may be x.</summary>
    public void Normalize(float* x, float* y, int rows)
    {
        var stride = Matrix.Stride(width);
        for (var row = 0; row < rows; row++) RowMath.Normalize(x + row * stride, (float*)_gain, (float*)_bias, y + row * stride, width);
    }
}

/// <summary>What surrounds every sub-layer: see <see cref="Residual"/>. The sub-layer adds to the stream itself.</summary>
internal sealed unsafe class PackedResidual(PackedNorm norm, NormPlacement placement)
{
    /// <summary>What the sub-layer reads.</summary>
    public float* Input(int rows, long size, Workspace workspace)
    {
        if (placement == NormPlacement.Post) return workspace.Stream.Floats;
        var normalized = workspace.Normalized.Room(size);
        norm.Normalize(workspace.Stream.Floats, normalized, rows);
        return normalized;
    }

    /// <summary>After the sub-layer has added to the stream.</summary>
    public void End(int rows, Workspace workspace)
    {
        if (placement == NormPlacement.Post) norm.Normalize(workspace.Stream.Floats, workspace.Stream.Floats, rows);
    }
}

/// <summary>See <see cref="FeedForward"/>.</summary>
internal sealed unsafe class PackedFeedForward(ModelWeights weights, string layer, TransformerOptions options) : IDisposable
{
    private readonly Matrix _inner = weights.Matrix(layer + ".linear1", options.DFeedForward, options.DModel);
    private readonly Matrix _outer = weights.Matrix(layer + ".linear2", options.DModel, options.DFeedForward);

    /// <summary>Adds to the stream.</summary>
    public void Forward(float* x, int rows, Workspace workspace)
    {
        var isRelu = options.Activation == Activation.Relu;
        var size = rows * Matrix.Stride(options.DFeedForward);
        var activated = workspace.Inner.Room(size);
        _inner.Multiply(x, rows, activated, workspace, relu: isRelu);
        if (!isRelu) RowMath.Gelu(activated, size);
        _outer.Multiply(activated, rows, workspace.Stream.Floats, workspace, add: true, isPositive: isRelu);
    }

    public void Dispose()
    {
        _inner.Dispose();
        _outer.Dispose();
    }
}

/// <summary>See <see cref="EncoderLayer"/>.</summary>
internal sealed unsafe class PackedEncoderLayer(ModelWeights weights, string layer, TransformerOptions options) : IDisposable
{
    private readonly RowAttention _attention = new(options.DModel, options.Heads);
    private readonly PackedResidual _toSource = new(new PackedNorm(weights, layer + ".norm1", options.DModel), options.Norm);
    private readonly PackedResidual _toForward = new(new PackedNorm(weights, layer + ".norm2", options.DModel), options.Norm);
    private readonly Matrix _projection = weights.InProjection(layer + ".self_attn", options.DModel, 3)[0];
    private readonly Matrix _output = weights.Matrix(layer + ".self_attn.out_proj", options.DModel, options.DModel);
    private readonly PackedFeedForward _feedForward = new(weights, layer, options);

    /// <summary>Goes through the layer with the stream's rows.</summary>
    /// <param name="lengths">Rows of each sentence, one after the other.</param>
    public void Forward(int rows, IReadOnlyList<int> lengths, Workspace workspace)
    {
        nint stride = Matrix.Stride(options.DModel), projectedStride = Matrix.Stride(3 * options.DModel);
        var projected = workspace.Projected.Room(rows * projectedStride);
        _projection.Multiply(_toSource.Input(rows, rows * stride, workspace), rows, projected, workspace);
        var context = workspace.Context.Room(rows * stride);
        var first = 0;
        foreach (var length in lengths)
        {
            nint[] keys = [.. Enumerable.Range(first, length).Select(row => (nint)(projected + row * projectedStride + options.DModel))];
            for (var row = first; row < first + length; row++)
                _attention.Attend(projected + row * projectedStride, keys, 0, context + row * stride, workspace);
            first += length;
        }
        _output.Multiply(context, rows, workspace.Stream.Floats, workspace, add: true);
        _toSource.End(rows, workspace);
        _feedForward.Forward(_toForward.Input(rows, rows * stride, workspace), rows, workspace);
        _toForward.End(rows, workspace);
    }

    public void Dispose()
    {
        _projection.Dispose();
        _output.Dispose();
        _feedForward.Dispose();
    }
}

/// <summary>See <see cref="DecoderLayer"/>.</summary>
/// <param name="index">Its number among the decoder's layers.</param>
internal sealed unsafe class PackedDecoderLayer(ModelWeights weights, int index, TransformerOptions options) : IDisposable
{
    private readonly RowAttention _attention = new(options.DModel, options.Heads);
    private readonly PackedResidual _toTarget = new(new PackedNorm(weights, $"decoder.layers.{index}.norm1", options.DModel), options.Norm);
    private readonly PackedResidual _toSource = new(new PackedNorm(weights, $"decoder.layers.{index}.norm2", options.DModel), options.Norm);
    private readonly PackedResidual _toForward = new(new PackedNorm(weights, $"decoder.layers.{index}.norm3", options.DModel), options.Norm);
    private readonly Matrix _projection = weights.InProjection($"decoder.layers.{index}.self_attn", options.DModel, 3)[0];
    private readonly Matrix _output = weights.Matrix($"decoder.layers.{index}.self_attn.out_proj", options.DModel, options.DModel);
    private readonly Matrix[] _ofSource = weights.InProjection($"decoder.layers.{index}.multihead_attn", options.DModel, 1, 2);
    private readonly Matrix _sourceOutput = weights.Matrix($"decoder.layers.{index}.multihead_attn.out_proj", options.DModel, options.DModel);
    private readonly PackedFeedForward _feedForward = new(weights, $"decoder.layers.{index}", options);

    private Matrix Query => _ofSource[0];

    private Matrix Memory => _ofSource[1];

    /// <summary>Keys and values of encoded sources, from the stream into the sentences' memory.</summary>
    public void Remember(int rows, IReadOnlyList<SearchedSentence> sentences, Workspace workspace)
    {
        var stride = Matrix.Stride(2 * options.DModel);
        var projected = workspace.Projected.Room(rows * stride);
        Memory.Multiply(workspace.Stream.Floats, rows, projected, workspace);
        foreach (var sentence in sentences)
            foreach (var row in sentence.SourceRows)
            {
                Copy(projected, row);
                projected += stride;
            }
    }

    /// <summary>Takes the stream's rows one position further.</summary>
    public void Step(StepRows rows, Workspace workspace)
    {
        nint stride = Matrix.Stride(options.DModel), projectedStride = Matrix.Stride(3 * options.DModel), offset = (nint)index * 2 * options.DModel;
        var projected = workspace.Projected.Room(rows.Count * projectedStride);
        var context = workspace.Context.Room(rows.Count * stride);
        _projection.Multiply(_toTarget.Input(rows.Count, rows.Count * stride, workspace), rows.Count, projected, workspace);
        for (var row = 0; row < rows.Count; row++)
        {
            var keys = rows.Own(row);
            Copy(projected + row * projectedStride + options.DModel, keys[^1]);
            _attention.Attend(projected + row * projectedStride, keys, offset, context + row * stride, workspace);
        }
        _output.Multiply(context, rows.Count, workspace.Stream.Floats, workspace, add: true);
        _toTarget.End(rows.Count, workspace);

        Query.Multiply(_toSource.Input(rows.Count, rows.Count * stride, workspace), rows.Count, projected, workspace);
        for (var row = 0; row < rows.Count; row++)
            _attention.Attend(projected + row * stride, rows.Sentence(row).SourceRows, offset, context + row * stride, workspace);
        _sourceOutput.Multiply(context, rows.Count, workspace.Stream.Floats, workspace, add: true);
        _toSource.End(rows.Count, workspace);
        _feedForward.Forward(_toForward.Input(rows.Count, rows.Count * stride, workspace), rows.Count, workspace);
        _toForward.End(rows.Count, workspace);
    }

    public void Dispose()
    {
        foreach (var matrix in (Matrix[])[_projection, _output, .. _ofSource, _sourceOutput]) matrix.Dispose();
        _feedForward.Dispose();
    }

    /// <summary>Keys, then values, to a row's place for this layer.</summary>
    private void Copy(float* from, nint row) =>
        new ReadOnlySpan<float>(from, 2 * options.DModel).CopyTo(new Span<float>((float*)row + (nint)index * 2 * options.DModel, 2 * options.DModel));
}
