using System.IO.Hashing;
using System.Runtime.InteropServices;
using DistTrain.Model.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Weights;

/// <summary>
/// All parameters of a model in one buffer, all gradients in another: the module's parameters and their gradients become views of them, so
/// that the optimizer, the all-reduce, checksums and checkpoints work on two spans and nothing is packed or copied.
/// </summary>
/// <remarks>
/// A training step and autograd add into the gradients; nothing but <see cref="ZeroGradients"/> sets them to zero. Both buffers are float32,
/// on the CPU. Training in bfloat16 multiplies by a copy of the values in that type.
/// </remarks>
public sealed class FlatParameters : IDisposable
{
    private readonly Tensor values;
    private readonly Tensor gradients;
    private readonly Tensor working;
    private readonly Kernels.Kernels kernels;
    private TransformerPass? pass;

    /// <summary>Moves the parameters of <paramref name="model"/> into one buffer; their values stay.</summary>
    /// <param name="precision">What a training step multiplies in.</param>
    public FlatParameters(Transformer model, Precision precision = Precision.Full) : this(model, precision, Kernels.Kernels.Of(precision.Type()))
    {
    }

    /// <param name="kernels">Of the precision's type: what a training step computes with.</param>
    internal FlatParameters(Transformer model, Precision precision, Kernels.Kernels kernels)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        (Model, Precision) = (model, precision);
        var parameters = model.named_parameters().ToList();
        var length = parameters.Sum(parameter => parameter.parameter.numel());
        values = zeros(length).DetachFromDisposeScope();
        gradients = zeros(length).DetachFromDisposeScope();
        this.kernels = kernels;
        working = precision == Precision.Full ? values : empty(length, kernels.Type).DetachFromDisposeScope();

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
        LayerOffsets = [.. slices.Where(IsInLayer).DistinctBy(slice => string.Join('.', slice.Name.Split('.').Take(3))).Select(slice => slice.Offset)];
        ValuesMemory = new FlatMemory(values).Memory;
        GradientsMemory = new FlatMemory(gradients).Memory;
        model.Flat = this;
    }

    public Transformer Model { get; }

    /// <summary>What a training step multiplies in.</summary>
    public Precision Precision { get; }

    /// <summary>In the order of the buffers, without gaps.</summary>
    public IReadOnlyList<ParameterSlice> Slices { get; }

    /// <summary>
    /// Where the encoder's layers begin and then the decoder's, in forward order. Whatever lies from there to the end belongs to that layer or to
    /// what comes after it, so that its gradient is complete once backward is through the layer.
    /// </summary>
    public IReadOnlyList<int> LayerOffsets { get; }

    public Span<float> Values => Span(values);

    /// <summary>The same values, for callers that need memory which may be stored: it is valid until this object is disposed.</summary>
    public Memory<float> ValuesMemory { get; }

    public Span<float> Gradients => Span(gradients);

    /// <summary>Where given, hears how long the parts of training steps take.</summary>
    internal StepClock? Clock { get; init; }

    /// <summary>The training step's way through the model, with the values of this moment.</summary>
    internal TransformerPass Pass
    {
        get
        {
            if (Precision == Precision.Mixed) kernels.Convert(values, working);
            return pass ??= new TransformerPass(Model.Options, new Training.Weights(Slices.ToDictionary(slice => slice.Name, View)), LayerOffsets, kernels, Clock);
        }
    }

    /// <summary>The gradients as memory, like <see cref="ValuesMemory"/>.</summary>
    internal ReadOnlyMemory<float> GradientsMemory { get; }

    /// <summary>Gives back the memory that training steps keep for each other, after one that found too little.</summary>
    public void FreeActivations() => pass?.Memory.Free();

    public void ZeroGradients() => Gradients.Clear();

    /// <summary>xxHash128 of the values' bytes, as 32 hexadecimal digits: equal on members whose parameters are bit-identical.</summary>
    public string Hash() => Hash(Values);

    /// <summary>The same hash of values that lie as the parameters do.</summary>
    public static string Hash(ReadOnlySpan<float> values) => Convert.ToHexStringLower(XxHash128.Hash(MemoryMarshal.AsBytes(values)));

    /// <summary>Frees the two buffers. The model keeps those that it views, until it is disposed itself.</summary>
    public void Dispose()
    {
        pass?.Dispose();
        Model.Flat = null;
        if (Precision == Precision.Mixed) working.Dispose();
        values.Dispose();
        gradients.Dispose();
    }

    private static bool IsInLayer(ParameterSlice slice) =>
        slice.Name.StartsWith("encoder.layers.", StringComparison.Ordinal) || slice.Name.StartsWith("decoder.layers.", StringComparison.Ordinal);

    private Weight View(ParameterSlice slice)
    {
        Tensor Of(Tensor flat)
        {
            using var part = flat.narrow(0, slice.Offset, slice.Length);
            return part.view(slice.Shape.ToArray()).DetachFromDisposeScope();
        }
        return new Weight(Of(working), Of(values), Of(gradients));
    }

    internal static Span<float> Span(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);
}
