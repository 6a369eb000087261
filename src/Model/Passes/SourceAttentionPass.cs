using DistTrain.Model.Kernels;
using static TorchSharp.torch;

namespace DistTrain.Model.Passes;

/// <summary>Attention of target positions to the encoded source.</summary>
internal sealed class SourceAttentionPass(PassMemory memory, TransformerOptions options, ParameterViews parameters) : ISublayer
{
    private readonly ParameterView _query_DD = parameters["in_proj_weight"].Rows(0, options.DModel),
        _queryBias_D = parameters["in_proj_bias"].Rows(0, options.DModel);
    private readonly ParameterView _keys_FD = parameters["in_proj_weight"].Rows(options.DModel, 2 * options.DModel),
        _keysBias_F = parameters["in_proj_bias"].Rows(options.DModel, 2 * options.DModel);
    private readonly ParameterView _valueBias_D = parameters["in_proj_bias"].Rows(2 * options.DModel, options.DModel);
    private readonly HeadsPass _heads = new(memory, options, parameters["out_proj.weight"]);
    private Tensor? _x_RD;

    public ParameterView OutputBias { get; } = parameters["out_proj.bias"];

    /// <summary>Of this pass.</summary>
    public (Sequences Targets, EncodedSource Source) Batch { get; set; }

    public Tensor Forward(Tensor x_RD)
    {
        _x_RD = x_RD;
        var (targets, source) = Batch;
        var sentences = source.Sentences;
        var query_RD = memory.Multiply(x_RD, _query_DD);
        var keys_RF = memory.Multiply(source.Rows_RD, _keys_FD);
        Projected Part(int part) => new(keys_RF, _keysBias_F.Master, part);
        // Sequences that share a source stand next to each other: all their positions are its queries.
        var queries = targets.Count / sentences.Count * targets.Length;
        return _heads.Forward(new Projected(query_RD, _queryBias_D.Master, 0), Part(0), Part(1), sentences.Count, queries, sentences.Length,
            sentences.Visible);
    }

    public void Backward(Tensor dy_RD, Tensor dx_RD, bool add)
    {
        using var temporaries = memory.Temporaries();
        var source = Batch.Source;
        var dQuery_RD = memory.TakeLike(dy_RD);
        var dKeys_RF = memory.Take(source.Rows_RD.size(0), 2 * dy_RD.size(1));
        _heads.Backward(dy_RD, dQuery_RD, dKeys_RF);
        memory.Kernels.AddRowsTo(dQuery_RD, _queryBias_D.Gradient);
        memory.Kernels.AddRowsTo(dKeys_RF, _valueBias_D.Gradient, first: options.DModel);
        memory.AddGradient(dQuery_RD, _x_RD!, _query_DD);
        memory.AddGradient(dKeys_RF, source.Rows_RD, _keys_FD);
        PassMemory.MultiplyBackward(dKeys_RF, _keys_FD, source.DRows_RD, add: true);
        PassMemory.MultiplyBackward(dQuery_RD, _query_DD, dx_RD, add);
    }
}
