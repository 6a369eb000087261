using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Modules;

/// <summary>
/// Weights of a new model: Xavier uniform for the maps of the layers, normal with deviation d_model^-0.5 for embeddings (which are scaled by
/// sqrt(d_model) on use), zero biases, norms that change nothing.
/// </summary>
public static class Initialization
{
    /// <summary>The same seed gives the same weights. Torch's own generator is left as it was.</summary>
    public static void Initialize(Transformer model, long seed)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed, CPU);
        foreach (var (name, parameter) in model.named_parameters())
        {
            var isVector = parameter.dim() == 1;
            if (isVector && name.Contains("norm", StringComparison.Ordinal) && name.EndsWith("weight", StringComparison.Ordinal))
                parameter.fill_(Number.Of(1));
            else if (isVector) parameter.zero_();
            else if (name.Contains("layers", StringComparison.Ordinal)) XavierUniform(parameter, generator);
            else parameter.normal_(0, 1 / Math.Sqrt(model.Options.DModel), generator);
        }
    }

    /// <summary>Glorot, Bengio 2010: uniform within sqrt(6 / (inputs + outputs)).</summary>
    private static void XavierUniform(Tensor weight, Generator generator)
    {
        var bound = Math.Sqrt(6.0 / (weight.shape[0] + weight.shape[1]));
        weight.uniform_(-bound, bound, generator);
    }
}
