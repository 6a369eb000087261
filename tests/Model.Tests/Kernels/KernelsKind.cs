using DistTrain.Model.Kernels;
using DistTrain.Model.Kernels.Cpu;
using DistTrain.Model.Kernels.Simd;
using DistTrain.Model.Kernels.Torch;
using static TorchSharp.torch;

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
    /// <param name="logitsAtOnce">0: as many as is fast.</param>
    public static TrainingKernels Kernels(this KernelsKind kind, ScalarType type, long logitsAtOnce = 0) => (kind, type) switch
    {
        (KernelsKind.Torch, _) => new TorchKernels(type, CPU) { LogitsAtOnce = logitsAtOnce },
        (_, ScalarType.BFloat16) => new CpuKernels<BFloat16, BFloat16Element>(type) { LogitsAtOnce = logitsAtOnce },
        _ => new CpuKernels<float, FloatElement>(type) { LogitsAtOnce = logitsAtOnce },
    };
}
