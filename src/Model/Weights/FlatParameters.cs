using System.IO.Hashing;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Weights;

/// <summary>
/// All parameters of a model in one buffer, all gradients in another: the module's parameters and their gradients become views of them, so
/// that the optimizer, the all-reduce, checksums and checkpoints work on two spans and nothing is packed or copied.
/// </summary>
/// <remarks>Autograd adds into the gradients; nothing but <see cref="ZeroGradients"/> sets them to zero. Float32, on the CPU.</remarks>
public sealed class FlatParameters : IDisposable
{
    private readonly Tensor values;
    private readonly Tensor gradients;

    /// <summary>Moves the parameters of <paramref name="model"/> into one buffer; their values stay.</summary>
    public FlatParameters(Transformer model)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        Model = model;
        var parameters = model.named_parameters().ToList();
        var length = parameters.Sum(parameter => parameter.parameter.numel());
        values = zeros(length).DetachFromDisposeScope();
        gradients = zeros(length).DetachFromDisposeScope();

        var slices = new List<ParameterSlice>(parameters.Count);
        var offset = 0;
        foreach (var (name, parameter) in parameters)
        {
            var slice = new ParameterSlice(name, parameter.shape, offset, (int)parameter.numel());
            var view = values.narrow(0, offset, slice.Length).view(parameter.shape);
            view.copy_(parameter);
            parameter.set_(view);
            parameter.grad = gradients.narrow(0, offset, slice.Length).view(parameter.shape);
            slices.Add(slice);
            offset += slice.Length;
        }
        Slices = slices;
        ValuesMemory = new FlatMemory(values).Memory;
    }

    public Transformer Model { get; }

    /// <summary>In the order of the buffers, without gaps.</summary>
    public IReadOnlyList<ParameterSlice> Slices { get; }

    public Span<float> Values => Span(values);

    /// <summary>The same values, for callers that need memory which may be stored: it is valid until this object is disposed.</summary>
    public Memory<float> ValuesMemory { get; }

    public Span<float> Gradients => Span(gradients);

    public void ZeroGradients() => Gradients.Clear();

    /// <summary>xxHash128 of the values' bytes, as 32 hexadecimal digits: equal on members whose parameters are bit-identical.</summary>
    public string Hash() => Convert.ToHexStringLower(XxHash128.Hash(MemoryMarshal.AsBytes(Values)));

    /// <summary>Frees the two buffers. The model keeps those that it views, until it is disposed itself.</summary>
    public void Dispose()
    {
        values.Dispose();
        gradients.Dispose();
    }

    internal static Span<float> Span(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);
}
