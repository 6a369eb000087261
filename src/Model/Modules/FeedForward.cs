using DistTrain.Shared.Jobs;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DistTrain.Model.Modules;

/// <summary>FFN(x) = activation(x W1 + b1) W2 + b2 (section 3.3). Its two maps are registered by the layer, where PyTorch has their names.</summary>
/// <param name="dropouts">Of the model.</param>
internal sealed class FeedForward(TransformerOptions options, Dropouts dropouts)
{
    private readonly Dropout _dropout = new(dropouts, options.FeedForwardDropout);

    public Linear Inner { get; } = nn.Linear(options.DModel, options.DFeedForward);

    public Linear Outer { get; } = nn.Linear(options.DFeedForward, options.DModel);

    public Tensor Forward(Tensor x_RD)
    {
        var inner_RF = Inner.forward(x_RD);
        var activated_RF = options.Activation == Activation.Gelu ? inner_RF.gelu() : inner_RF.relu_();
        return Outer.forward(_dropout.Copy(activated_RF));
    }
}
