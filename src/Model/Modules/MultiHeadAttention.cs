using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DistTrain.Model.Modules;

/// <summary>
/// Attention(Q, K, V) = softmax(Q K^T / sqrt(d_k)) V in several heads (section 3.2). Plain products: at the lengths of sentences they
/// are faster on a CPU than the fused kernel. Shapes: B batch, T queries, S keys, D d_model, H heads, E = D / H, N = B x H, and R rows,
/// the positions of all sequences one after the other.
/// </summary>
internal sealed class MultiHeadAttention : nn.Module
{
    private readonly int _dModel;
    private readonly int _heads;
    private readonly int _headSize;
    private readonly float _scale;

    // The names tell TorchSharp which fields to set anew when a module moves to another device.
    [TorchSharp.Utils.ComponentName(Name = "in_proj_weight")]
    private readonly Parameter _inProjectionWeight;
    [TorchSharp.Utils.ComponentName(Name = "in_proj_bias")]
    private readonly Parameter _inProjectionBias;
    private readonly Linear _outProjection;
    private readonly Dropout _dropout;

    /// <param name="dropouts">Of the model.</param>
    public MultiHeadAttention(TransformerOptions options, Dropouts dropouts) : base(nameof(MultiHeadAttention))
    {
        _dModel = options.DModel;
        _heads = options.Heads;
        _headSize = _dModel / _heads;
        _scale = (float)(1 / Math.Sqrt(_headSize));
        _inProjectionWeight = new Parameter(empty(3 * _dModel, _dModel));
        _inProjectionBias = new Parameter(empty(3 * _dModel));
        _outProjection = nn.Linear(_dModel, _dModel);
        _dropout = new Dropout(dropouts, options.AttentionDropout);
        register_parameter("in_proj_weight", _inProjectionWeight);
        register_parameter("in_proj_bias", _inProjectionBias);
        register_module("out_proj", _outProjection);
    }

    /// <summary>While set, is shown the weights of every attention: [N, T, S], before dropout.</summary>
    public Action<Tensor>? Observer { get; set; }

    /// <summary>Queries, and keys with values, of self-attention, from one product.</summary>
    /// <param name="x_RD">Sequences of <paramref name="length"/> rows each.</param>
    public (Tensor Query_NTE, KeysValues Keys) ProjectSelf(Tensor x_RD, long length)
    {
        var parts_NTE = Heads(ProjectRows(x_RD), length, 3);
        return (parts_NTE[0], new KeysValues(parts_NTE[1], parts_NTE[2]));
    }

    /// <summary>Keys and values of an encoded source of <paramref name="length"/> rows a sentence.</summary>
    public KeysValues ProjectMemory(Tensor memory_RD, long length)
    {
        var parts_NSE = Heads(ProjectKeysValues(memory_RD), length, 2);
        return new KeysValues(parts_NSE[0], parts_NSE[1]);
    }

    /// <summary>Attention to an encoded source whose keys and values are at hand.</summary>
    /// <param name="x_RD">Sequences that share a source stand next to each other, as many for each source: their rows are its queries.</param>
    /// <param name="mask_N1S">Of <see cref="Masks.Padding"/>.</param>
    public Tensor AttendMemory(Tensor x_RD, KeysValues memory, Tensor mask_N1S)
    {
        var sentences = memory.Keys_NSE.shape[0] / _heads;
        return Attend(Heads(ProjectQueries(x_RD), x_RD.shape[0] / sentences, 1)[0], memory, mask_N1S);
    }

    /// <summary>Queries, keys and values of rows, side by side: [R, 3 D].</summary>
    private Tensor ProjectRows(Tensor x_RD) => nn.functional.linear(x_RD, _inProjectionWeight, _inProjectionBias);

    /// <summary>Queries of rows: [R, D].</summary>
    private Tensor ProjectQueries(Tensor x_RD)
    {
        using var weights = Split(_inProjectionWeight);
        using var biases = Split(_inProjectionBias);
        return nn.functional.linear(x_RD, weights.Query, biases.Query);
    }

    /// <summary>Keys and values of rows, side by side: [R, 2 D].</summary>
    private Tensor ProjectKeysValues(Tensor x_RD)
    {
        using var weights = Split(_inProjectionWeight);
        using var biases = Split(_inProjectionBias);
        return nn.functional.linear(x_RD, weights.KeysValues, biases.KeysValues);
    }

    /// <summary>The output projection of what all heads brought together: [R, D].</summary>
    private Tensor Output(Tensor context_RD) => _outProjection.forward(context_RD);

    /// <summary>The attention itself and the output projection: [R, D].</summary>
    /// <param name="mask">Additive, broadcast to [N, T, S]; null: every query sees every key.</param>
    public Tensor Attend(Tensor query_NTE, KeysValues keys, Tensor? mask)
    {
        using var keys_NES = keys.Keys_NSE.transpose(1, 2);
        // TorchSharp's order of arguments: first factor, second factor, summand.
        using var scores_NTS = mask is null
            ? bmm(query_NTE, keys_NES).mul_(Number.Of(_scale)) : query_NTE.baddbmm(keys_NES, mask, beta: 1, alpha: _scale);
        using var weights_NTS = scores_NTS.softmax(-1);
        Observer?.Invoke(weights_NTS);
        using var dropped_NTS = _dropout.OfAttention(weights_NTS, _heads);
        using var context_NTE = bmm(dropped_NTS, keys.Values_NSE);
        using var context_BTHE = context_NTE.view(-1, _heads, query_NTE.shape[1], _headSize).transpose(1, 2);
        return Output(context_BTHE.reshape(-1, _dModel));
    }

    /// <summary>[R, count x D] to <paramref name="count"/> tensors [N, T, E], with one copy.</summary>
    private Tensor[] Heads(Tensor x_RF, long length, int count) =>
        x_RF.view(-1, length, count, _heads, _headSize).permute(2, 0, 3, 1, 4).reshape(count, -1, length, _headSize).unbind(0);

    private SplitProjection Split(Tensor projection)
    {
        var parts = projection.split([_dModel, 2 * _dModel], 0);
        return new SplitProjection(parts[0], parts[1]);
    }

    /// <summary>The rows of a stacked projection that make queries, and keys with values.</summary>
    private readonly record struct SplitProjection(Tensor Query, Tensor KeysValues) : IDisposable
    {
        public void Dispose()
        {
            Query.Dispose();
            KeysValues.Dispose();
        }
    }
}

/// <summary>Keys and values of all heads: [batch x heads, length, d_model / heads].</summary>
internal readonly record struct KeysValues(Tensor Keys_NSE, Tensor Values_NSE);
