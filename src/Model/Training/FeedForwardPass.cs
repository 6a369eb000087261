using DistTrain.Model.Kernels;
using DistTrain.Shared.Jobs;
using static TorchSharp.torch;

namespace DistTrain.Model.Training;

/// <summary>See <see cref="FeedForward"/>.</summary>
internal sealed class FeedForwardPass(PassMemory memory, TransformerOptions options, Weights weights) : ISublayer
{
    private readonly Weight inner_FD = weights["linear1.weight"], innerBias_F = weights["linear1.bias"], outer_DF = weights["linear2.weight"];
    private Tensor? x_RD, inner_RF, activated_RF;
    private DropoutMask mask;

    public Weight OutputBias { get; } = weights["linear2.bias"];

    public Tensor Forward(Tensor x_RD)
    {
        this.x_RD = x_RD;
        inner_RF = memory.Multiply(x_RD, inner_FD);
        // The sign of relu's output, even after dropout, tells what its gradient needs of the input; gelu's does not.
        activated_RF = options.Activation == Activation.Relu ? inner_RF : memory.TakeLike(inner_RF);
        memory.Kernels.Activate(inner_RF, innerBias_F.Master, options.Activation, activated_RF);
        mask = memory.Drop(activated_RF, options.FeedForwardDropout, activated_RF);
        return memory.Multiply(activated_RF, outer_DF);
    }

    public void Backward(Tensor dy_RD, Tensor dx_RD, bool add)
    {
        using var temporaries = memory.Temporaries();
        memory.AddGradient(dy_RD, activated_RF!, outer_DF);
        var d_RF = memory.TakeLike(inner_RF!);
        PassMemory.MultiplyBackward(dy_RD, outer_DF, d_RF, add: false);
        memory.DropBackward(d_RF, mask);
        memory.Kernels.ActivateBackward(d_RF, inner_RF!, options.Activation, innerBias_F.Gradient);
        memory.AddGradient(d_RF, x_RD!, inner_FD);
        PassMemory.MultiplyBackward(d_RF, inner_FD, dx_RD, add);
    }
}
