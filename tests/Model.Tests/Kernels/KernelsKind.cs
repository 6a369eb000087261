using DistTrain.Model.Kernels;
using static TorchSharp.torch;
using AllKernels = DistTrain.Model.Kernels.Kernels;

namespace DistTrain.Model.Tests.Kernels;

/// <summary>The implementations of the kernels, both on the CPU.</summary>
public enum KernelsKind
{
    /// <summary>In vector instructions.</summary>
    Vector,

    /// <summary>In torch's operators, as on other devices.</summary>
    Torch,
}

internal static class KernelsKinds
{
    public static AllKernels Kernels(this KernelsKind kind, ScalarType type) => kind == KernelsKind.Torch ? new TorchKernels(type, CPU) : AllKernels.Of(type);
}
