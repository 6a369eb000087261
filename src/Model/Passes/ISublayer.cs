using static TorchSharp.torch;

namespace DistTrain.Model.Passes;

/// <summary>What a residual connection surrounds, without the bias of its last map: the residual adds that in its own pass over memory.</summary>
internal interface ISublayer
{
    ParameterView OutputBias { get; }

    /// <returns>Memory of its own, in which the residual sum is made.</returns>
    Tensor Forward(Tensor x_RD);

    /// <summary>Adds the gradients of its parameters, except the output bias.</summary>
    /// <param name="dx_RD">Gets the gradient of x; may be the memory of <paramref name="dy_RD"/>: it is written last.</param>
    /// <param name="add">The gradient is added to what is there.</param>
    void Backward(Tensor dy_RD, Tensor dx_RD, bool add);
}
