using System.Globalization;
using TorchSharp;

namespace DistTrain.Model;

/// <summary>The devices that training steps can compute on, by name: <c>cpu</c>, <c>cuda:0</c>, <c>cuda:1</c> and so on.</summary>
public static class Devices
{
    private const string Cpu = "cpu", Cuda = "cuda";

    /// <summary>
    /// CUDA devices of this machine that libtorch can use: none where its CUDA libraries are not there, and then it is not even loaded.
    /// </summary>
    public static int CudaCount()
    {
        if (!TorchLibrary.HasCuda) return 0;
        TorchLibrary.Load();
        return torch.cuda.is_available() ? torch.cuda.device_count() : 0;
    }

    /// <summary>The device that a worker is to take.</summary>
    /// <param name="asked"><c>auto</c> (a CUDA device where there is one, else the processor), <c>cpu</c>, <c>cuda</c>, or <c>cuda:N</c>.</param>
    /// <param name="cudaCount">CUDA devices of the machine.</param>
    /// <param name="worker">Number of the worker among those of its host, from 0: they share the CUDA devices out where the name leaves it
    /// open.</param>
    /// <exception cref="ArgumentException">There is no such device, or that is not a device's name.</exception>
    public static string Choose(string asked, int cudaCount, int worker = 0)
    {
        if (asked == Cpu || (asked == "auto" && cudaCount == 0)) return Cpu;
        var number = asked is "auto" or Cuda ? worker % Math.Max(1, cudaCount) : Number(asked);
        if (number < cudaCount) return $"{Cuda}:{number}";
        throw new ArgumentException(cudaCount == 0
            ? $"device is '{asked}', but libtorch finds no CUDA device here. Give auto or cpu; or build with -p:TorchBackend=cuda, or name a " +
            $"libtorch with CUDA in {TorchLibrary.FolderVariable}, on a machine with a driver."
            : $"device is '{asked}', but this machine has {string.Join(", ", Enumerable.Range(0, cudaCount).Select(device => $"{Cuda}:{device}"))} " +
            $"and {Cpu}. Give one of them, or auto.");
    }

    private static int Number(string asked) =>
        asked.StartsWith(Cuda + ":", StringComparison.Ordinal)
        && int.TryParse(asked[(Cuda.Length + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new ArgumentException($"device is '{asked}', which is no device's name. Give auto, cpu, cuda, or cuda:0, cuda:1 and so on.");
}
