using DistTrain.Model.Kernels;
using DistTrain.Model.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Passes;

/// <summary>What all parts of a pass share: kernels, memory, and the products of a linear map y = x W^T with its gradients.</summary>
internal sealed class PassMemory(TrainingKernels kernels) : IDisposable
{
    private readonly Arena _values = new(kernels.Type, kernels.Device);
    private readonly Arena _floats = new(ScalarType.Float32, kernels.Device);

    public TrainingKernels Kernels { get; } = kernels;

    public Dropouts Dropouts { get; } = new();

    /// <summary>Forgets the pass before.</summary>
    public void Begin()
    {
        _values.Clear();
        _floats.Clear();
    }

    /// <summary>y = dropout(x). Nothing happens, not even a copy, when nothing is dropped.</summary>
    /// <returns>What <see cref="DropBackward"/> needs.</returns>
    public DropoutMask Drop(Tensor x, double rate, Tensor y)
    {
        var mask = Dropouts.Next(rate);
        if (mask.Rate > 0) Kernels.Drop(x, mask, y);
        return mask;
    }

    /// <summary>Turns the gradient of a dropout's output into that of its input.</summary>
    public void DropBackward(Tensor d, DropoutMask mask)
    {
        if (mask.Rate > 0) Kernels.Drop(d, mask, d);
    }

    /// <inheritdoc cref="Arena.Take"/>
    public Tensor Take(long rows, long width) => _values.Take(rows, width);

    /// <summary>The same, as large as <paramref name="x"/>.</summary>
    public Tensor TakeLike(Tensor x) => _values.Take(x.size(0), x.size(1));

    /// <summary>The same in float32.</summary>
    public Tensor TakeFloats(long rows, long width) => _floats.Take(rows, width);

    /// <summary>What was made in host memory, where the kernels compute; the processor does not wait for it to arrive.</summary>
    public Tensor OnDevice(Tensor host)
    {
        var device = Kernels.Device;
        if (device.type == DeviceType.CPU) return host;
        // Only from pinned memory can a device copy by itself.
        if (device.type != DeviceType.CUDA) return host.to(device);
        using var pinned = host.pin_memory();
        return pinned.to(device, non_blocking: true);
    }

    /// <summary>Gives back, when disposed, the compute-type memory that was taken since.</summary>
    public Temporary Temporaries() => new(_values);

    /// <summary>x W^T.</summary>
    public Tensor Multiply(Tensor x_RI, ParameterView weight_OI) => Multiply(x_RI, weight_OI, Take(x_RI.size(0), weight_OI.Value.size(0)));

    /// <inheritdoc cref="Multiply(Tensor, ParameterView)"/>
    public static Tensor Multiply(Tensor x_RI, ParameterView weight_OI, Tensor y_RO)
    {
        using var weight_IO = weight_OI.Value.t();
        return y_RO.addmm_(x_RI, weight_IO, beta: 0, alpha: 1);
    }

    /// <summary>dx = dy W, or that added to dx.</summary>
    public static void MultiplyBackward(Tensor dy_RO, ParameterView weight_OI, Tensor dx_RI, bool add) =>
        dx_RI.addmm_(dy_RO, weight_OI.Value, beta: add ? 1 : 0, alpha: 1);

    /// <summary>dW += dy^T x.</summary>
    public void AddGradient(Tensor dy_RO, Tensor x_RI, ParameterView weight_OI)
    {
        using var dy_OR = dy_RO.t();
        if (Kernels.Type == ScalarType.Float32)
        {
            weight_OI.Gradient.addmm_(dy_OR, x_RI, beta: 1, alpha: 1);
            return;
        }
        using var temporaries = Temporaries();
        using var gradient_OI = TakeLike(weight_OI.Gradient);
        Kernels.AddTo(gradient_OI.addmm_(dy_OR, x_RI, beta: 0, alpha: 1), weight_OI.Gradient);
    }

    /// <inheritdoc cref="Arena.Free"/>
    public void Free()
    {
        _values.Free();
        _floats.Free();
    }

    public void Dispose()
    {
        _values.Dispose();
        _floats.Dispose();
    }

    internal readonly struct Temporary(Arena arena) : IDisposable
    {
        private readonly long _used = arena.Used;

        public void Dispose() => arena.Release(_used);
    }
}
