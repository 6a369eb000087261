using DistTrain.Model.Kernels;
using DistTrain.Model.Kernels.Cpu;
using DistTrain.Model.Kernels.Simd;
using DistTrain.Model.Kernels.Torch;
using static TorchSharp.torch;

namespace DistTrain.Model.Passes;

/// <summary>Which kernels a pass, and the loss behind the modules, compute with.</summary>
internal static class KernelChoice
{
    /// <summary>The fastest ones of a compute type.</summary>
    /// <param name="type">Float32 or BFloat16.</param>
    /// <param name="device">Where all tensors are. Null: the CPU.</param>
    public static TrainingKernels Of(ScalarType type, Device? device = null)
    {
        if (device is not null && device.type != TorchSharp.DeviceType.CPU) return new TorchKernels(type, device);
        return type == ScalarType.BFloat16 ? new CpuKernels<BFloat16, BFloat16Element>(type) : new CpuKernels<float, FloatElement>(type);
    }
}
