using System.Runtime.Intrinsics.X86;
using TorchSharp;

namespace DistTrain.Model;

/// <summary>The type that a training step multiplies in. Weights, their gradients, sums, norms and softmax are float32 either way.</summary>
public enum Precision
{
    /// <summary>float32.</summary>
    Full,

    /// <summary>bfloat16: products and activations.</summary>
    Mixed,
}

public static class Precisions
{
    /// <summary>What a job's <c>precision</c> means on this machine: <c>auto</c> is bfloat16 where the processor multiplies it faster.</summary>
    /// <param name="name"><c>auto</c>, <c>float32</c> or <c>bfloat16</c>.</param>
    /// <param name="device">What computes: every CUDA device of today multiplies bfloat16 faster.</param>
    public static Precision Of(string name, string device = "cpu") => name switch
    {
        "float32" => Precision.Full,
        "bfloat16" => Precision.Mixed,
        "auto" => device != "cpu" || HasFastBFloat16() ? Precision.Mixed : Precision.Full,
        _ => throw new ArgumentException($"No precision '{name}'. Known: auto, float32, bfloat16.", nameof(name)),
    };

    /// <summary>The type's name.</summary>
    public static string Name(this Precision precision) => precision == Precision.Mixed ? "bfloat16" : "float32";

    /// <summary>The type, as torch has it.</summary>
    public static torch.ScalarType Type(this Precision precision) => precision == Precision.Mixed
        ? torch.ScalarType.BFloat16 : torch.ScalarType.Float32;

    /// <summary>Whether the processor has AVX-512 BF16 (CPUID leaf 7.1, EAX bit 5) or AMX (leaf 7.0, EDX bits 22 and 24: BF16 and tiles).</summary>
    private static bool HasFastBFloat16()
    {
        if (!X86Base.IsSupported || !Avx512BW.IsSupported || X86Base.CpuId(0, 0).Eax < 7) return false;
        var (leaves, _, _, features) = X86Base.CpuId(7, 0);
        const int amx = (1 << 22) | (1 << 24);
        return (features & amx) == amx || (leaves >= 1 && (X86Base.CpuId(7, 1).Eax & (1 << 5)) != 0);
    }
}
