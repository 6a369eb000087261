using DistTrain.Shared.Jobs;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DistTrain.Model.Modules;

/// <summary>What surrounds every sub-layer f: norm(x + dropout(f(x))) (post, the paper's) or x + dropout(f(norm(x))) (pre).</summary>
/// <param name="dropouts">Of the model.</param>
internal sealed class Residual(TransformerOptions options, Dropouts dropouts)
{
    private readonly Dropout _dropout = new(dropouts, options.Dropout);

    /// <param name="x_RD">R rows: the positions of all sequences. Layers work on rows because autograd copies when a view is changed in
    /// place.</param>
    /// <param name="sublayer">Returns a tensor of its own, no view: it is changed in place.</param>
    public Tensor Around(Tensor x_RD, LayerNorm norm, Func<Tensor, Tensor> sublayer)
    {
        // Handles of intermediates are released here, so that memory which backward does not need is reused at once.
        using var scope = NewDisposeScope();
        var y_RD = options.Norm == NormPlacement.Pre
            ? _dropout.Apply(sublayer(norm.forward(x_RD))).Add(x_RD)
            : norm.forward(_dropout.Apply(sublayer(x_RD)).Add(x_RD));
        return y_RD.MoveToOuterDisposeScope();
    }
}
