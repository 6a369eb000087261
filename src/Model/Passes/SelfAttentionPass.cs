using DistTrain.Model.Kernels;
using static TorchSharp.torch;

namespace DistTrain.Model.Passes;

/// <summary>Attention of sequences to themselves: queries, keys and values from one product.</summary>
internal sealed class SelfAttentionPass(PassMemory memory, TransformerOptions options, ParameterViews parameters) : ISublayer
{
    private readonly ParameterView _projection_FD = parameters["in_proj_weight"], _projectionBias_F = parameters["in_proj_bias"];
    private readonly ParameterView _queryBias_D = parameters["in_proj_bias"].Rows(0, options.DModel),
        _valueBias_D = parameters["in_proj_bias"].Rows(2 * options.DModel, options.DModel);
    private readonly HeadsPass _heads = new(memory, options, parameters["out_proj.weight"]);
    private Tensor? _x_RD;

    public ParameterView OutputBias { get; } = parameters["out_proj.bias"];

    /// <summary>Of this pass.</summary>
    public Sequences Batch { get; set; }

    public Tensor Forward(Tensor x_RD)
    {
        _x_RD = x_RD;
        var projected_RF = memory.Multiply(x_RD, _projection_FD);
        Projected Part(int part) => new(projected_RF, _projectionBias_F.Master, part);
        return _heads.Forward(Part(0), Part(1), Part(2), Batch.Count, Batch.Length, Batch.Length, Batch.Visible);
    }

    public void Backward(Tensor dy_RD, Tensor dx_RD, bool add)
    {
        using var temporaries = memory.Temporaries();
        var d_RF = memory.Take(_x_RD!.size(0), _projection_FD.Value.size(0));
        _heads.Backward(dy_RD, d_RF, d_RF);
        memory.Kernels.AddRowsTo(d_RF, _queryBias_D.Gradient);
        memory.Kernels.AddRowsTo(d_RF, _valueBias_D.Gradient, first: 2 * options.DModel);
        memory.AddGradient(d_RF, _x_RD, _projection_FD);
        PassMemory.MultiplyBackward(d_RF, _projection_FD, dx_RD, add);
    }
}
