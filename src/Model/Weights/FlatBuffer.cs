using System.IO.Hashing;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Weights;

/// <summary>
/// A flat float32 vector on the device that computes with it, and its image in host memory, which files, checksums and the network work on.
/// On the CPU both are the same memory and nothing is copied; elsewhere the image is pinned, and holds what was copied last.
/// </summary>
public sealed class FlatBuffer : IDisposable
{
    /// <summary>Of zeros.</summary>
    /// <param name="shared">On the CPU, other processes of the host can map the image, where the system allows it.</param>
    internal FlatBuffer(long length, Device device, bool shared = false)
    {
        Shared = shared && device.type == DeviceType.CPU && length > 0 ? SharedMemory.TryCreate(length * sizeof(float)) : null;
        Values = (Shared is null ? zeros(length, ScalarType.Float32, device) : from_file(Shared.Path, shared: true, length, ScalarType.Float32))
            .DetachFromDisposeScope();
        Image = device.type == DeviceType.CPU ? Values : NewImage(length, device);
        Host = new FlatMemory(Image).Memory;
    }

    /// <summary>The image. Valid until this object is disposed.</summary>
    public Memory<float> Host { get; }

    /// <summary>What the image lies in, for other processes to map. Null where none can.</summary>
    public SharedMemory? Shared { get; }

    /// <summary>On the device.</summary>
    internal Tensor Values { get; }

    /// <summary>The image as a tensor.</summary>
    internal Tensor Image { get; }

    /// <summary>Brings the image up to date, when the device has done what it was given before.</summary>
    public void ToHost() => ToHost(0, Host.Length);

    /// <summary>The same for <paramref name="length"/> elements from <paramref name="start"/>. Safe on any thread.</summary>
    public void ToHost(int start, int length)
    {
        if (ReferenceEquals(Image, Values)) return;
        using var from = Values.narrow(0, start, length);
        using var to = Image.narrow(0, start, length);
        using var noGradient = no_grad();
        to.copy_(from);
    }

    /// <summary>Gives the image to the device, which has it before anything that it is given later.</summary>
    public void ToDevice() => ToDevice(0, Host.Length);

    /// <inheritdoc cref="ToHost(int, int)"/>
    public void ToDevice(int start, int length)
    {
        if (ReferenceEquals(Image, Values)) return;
        using var from = Image.narrow(0, start, length);
        using var to = Values.narrow(0, start, length);
        using var noGradient = no_grad();
        to.copy_(from, true);
    }

    /// <summary>xxHash128 of the values' bytes, as 32 hexadecimal digits. Brings the image up to date.</summary>
    public string Hash()
    {
        ToHost();
        return Convert.ToHexStringLower(XxHash128.Hash(MemoryMarshal.AsBytes(Host.Span)));
    }

    public void Dispose()
    {
        Image.Dispose();
        Values.Dispose();
        Shared?.Dispose();
    }

    private static Tensor NewImage(long length, Device device)
    {
        var image = zeros(length);
        if (device.type != DeviceType.CUDA) return image.DetachFromDisposeScope();
        using (image) return image.pin_memory().DetachFromDisposeScope();
    }
}
