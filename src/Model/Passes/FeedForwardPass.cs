using DistTrain.Model.Kernels;
using DistTrain.Model.Modules;
using DistTrain.Shared.Jobs;
using static TorchSharp.torch;

namespace DistTrain.Model.Passes;

/// <summary>See <see cref="FeedForward"/>.</summary>
internal sealed class FeedForwardPass(PassMemory memory, TransformerOptions options, ParameterViews parameters) : ISublayer
{
    private readonly ParameterView _inner_FD = parameters["linear1.weight"], _innerBias_F = parameters["linear1.bias"],
        _outer_DF = parameters["linear2.weight"];
    private Tensor? _x_RD, _inner_RF, _activated_RF;
    private DropoutMask _mask;

    public ParameterView OutputBias { get; } = parameters["linear2.bias"];

    public Tensor Forward(Tensor x_RD)
    {
        _x_RD = x_RD;
        _inner_RF = memory.Multiply(x_RD, _inner_FD);
        // The sign of relu's output, even after dropout, tells what its gradient needs of the input; gelu's does not.
        _activated_RF = options.Activation == Activation.Relu ? _inner_RF : memory.TakeLike(_inner_RF);
        memory.Kernels.Activate(_inner_RF, _innerBias_F.Master, options.Activation, _activated_RF);
        _mask = memory.Drop(_activated_RF, options.FeedForwardDropout, _activated_RF);
        return memory.Multiply(_activated_RF, _outer_DF);
    }

    public void Backward(Tensor dy_RD, Tensor dx_RD, bool add)
    {
        using var temporaries = memory.Temporaries();
        memory.AddGradient(dy_RD, _activated_RF!, _outer_DF);
        var d_RF = memory.TakeLike(_inner_RF!);
        PassMemory.MultiplyBackward(dy_RD, _outer_DF, d_RF, add: false);
        memory.DropBackward(d_RF, _mask);
        memory.Kernels.ActivateBackward(d_RF, _inner_RF!, options.Activation, _innerBias_F.Gradient);
        memory.AddGradient(d_RF, _x_RD!, _inner_FD);
        PassMemory.MultiplyBackward(d_RF, _inner_FD, dx_RD, add);
    }
}
