using static TorchSharp.torch;

namespace DistTrain.Model.Passes;

/// <summary>A layer norm.</summary>
internal sealed class NormPass(PassMemory memory, ParameterView gain_D, ParameterView bias_D)
{
    private Tensor? _x_RD, _statistics_R2;

    /// <param name="name">Of the norm, within the layer or the model that the parameters are of.</param>
    public static NormPass Of(PassMemory memory, ParameterViews parameters, string name) =>
        new(memory, parameters[name + ".weight"], parameters[name + ".bias"]);

    public Tensor Forward(Tensor x_RD)
    {
        _x_RD = x_RD;
        _statistics_R2 = memory.TakeFloats(x_RD.size(0), 2);
        var y_RD = memory.TakeLike(x_RD);
        memory.Kernels.Normalize(x_RD, gain_D.Master, bias_D.Master, y_RD, _statistics_R2);
        return y_RD;
    }

    /// <param name="dx_RD">May be <paramref name="dy_RD"/>, when not added to.</param>
    public void Backward(Tensor dy_RD, Tensor dx_RD, bool add) =>
        memory.Kernels.NormalizeBackward(dy_RD, _x_RD!, _statistics_R2!, gain_D.Master, dx_RD, add, gain_D.Gradient, bias_D.Gradient);
}
