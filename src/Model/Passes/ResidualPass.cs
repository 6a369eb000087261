using DistTrain.Model.Kernels;
using DistTrain.Model.Modules;
using DistTrain.Shared.Jobs;
using static TorchSharp.torch;

namespace DistTrain.Model.Passes;

/// <summary>A sub-layer with its residual connection, dropout and norm: see <see cref="Residual"/>.</summary>
internal sealed class ResidualPass(PassMemory memory, TransformerOptions options, NormPass norm, ISublayer sublayer)
{
    private DropoutMask _mask;

    public Tensor Forward(Tensor x_RD)
    {
        var isPre = options.Norm == NormPlacement.Pre;
        var y_RD = sublayer.Forward(isPre ? norm.Forward(x_RD) : x_RD);
        _mask = memory.Dropouts.Next(options.Dropout);
        memory.Kernels.AddResidual(y_RD, sublayer.OutputBias.Master, _mask, x_RD);
        return isPre ? y_RD : norm.Forward(y_RD);
    }

    /// <summary>Turns the gradient of the output into that of the input, in place.</summary>
    public void Backward(Tensor d_RD)
    {
        using var temporaries = memory.Temporaries();
        if (options.Norm == NormPlacement.Pre)
        {
            var dNormal_RD = memory.TakeLike(d_RD);
            sublayer.Backward(OfOutput(d_RD), dNormal_RD, add: false);
            norm.Backward(dNormal_RD, d_RD, add: true);
        }
        else
        {
            norm.Backward(d_RD, d_RD, add: false);
            sublayer.Backward(OfOutput(d_RD), d_RD, add: true);
        }
    }

    /// <summary>The gradient of the sub-layer's output, from that of the sum.</summary>
    private Tensor OfOutput(Tensor d_RD)
    {
        var dy_RD = d_RD;
        if (_mask.Rate > 0) memory.Kernels.Drop(d_RD, _mask, dy_RD = memory.TakeLike(d_RD));
        memory.Kernels.AddRowsTo(dy_RD, sublayer.OutputBias.Gradient);
        return dy_RD;
    }
}
