using System.Runtime.InteropServices;
using DistTrain.Model.Kernels;
using DistTrain.Model.Modules;
using DistTrain.Model.Passes;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Weights;

/// <summary>
/// All parameters of a model in one buffer, all gradients in another: the module's parameters and their gradients become views of them, so
/// that the optimizer, the all-reduce, checksums and checkpoints work on two spans and nothing is packed or copied.
/// </summary>
/// <remarks>
/// A training step and autograd add into the gradients; an update and <see cref="ZeroGradients"/> set them to zero. Both buffers are float32.
/// Training in bfloat16 multiplies by a copy of the values in that type, which an update makes. On another device than the CPU the spans are the
/// buffers' images: see <see cref="FlatBuffer"/>.
/// </remarks>
public sealed class FlatParameters : IDisposable
{
    private readonly FlatBuffer _values;
    private readonly Tensor _working;
    private bool _isRounded;
    private TransformerPass? _pass;

    /// <summary>Moves the parameters of <paramref name="model"/> into one buffer; their values stay.</summary>
    /// <param name="precision">What a training step multiplies in.</param>
    /// <param name="device">Where training steps compute. Null: on the CPU. The module stays on the CPU, with the images.</param>
    public FlatParameters(Transformer model, Precision precision = Precision.Full, Device? device = null)
        : this(model, precision, KernelChoice.Of(precision.Type(), device))
    {
    }

    /// <param name="kernels">Of the precision's type: what a training step computes with.</param>
    internal FlatParameters(Transformer model, Precision precision, TrainingKernels kernels)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        (Model, Precision, Kernels) = (model, precision, kernels);
        var parameters = model.named_parameters().ToList();
        var length = parameters.Sum(parameter => parameter.parameter.numel());
        (_values, GradientBuffer) = (new FlatBuffer(length, kernels.Device), new FlatBuffer(length, kernels.Device, shared: true));
        _working = precision == Precision.Full ? _values.Values : empty(length, kernels.Type, kernels.Device).DetachFromDisposeScope();

        var slices = new List<ParameterSlice>(parameters.Count);
        var offset = 0;
        foreach (var (name, parameter) in parameters)
        {
            var slice = new ParameterSlice(name, parameter.shape, offset, (int)parameter.numel());
            var view = _values.Image.narrow(0, offset, slice.Length).view(parameter.shape);
            view.copy_(parameter);
            parameter.set_(view);
            parameter.grad = GradientBuffer.Image.narrow(0, offset, slice.Length).view(parameter.shape);
            slices.Add(slice);
            offset += slice.Length;
        }
        Slices = slices;
        LayerOffsets = [.. slices.Where(IsInLayer).DistinctBy(slice => string.Join('.', slice.Name.Split('.').Take(3)))
            .Select(slice => slice.Offset)];
        _values.ToDevice();
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

    /// <summary>To be read, and changed only after <see cref="ChangeValues"/>.</summary>
    public FlatBuffer ValueBuffer => _values;

    public FlatBuffer GradientBuffer { get; }

    public ReadOnlySpan<float> Values => _values.Host.Span;

    public Span<float> Gradients => GradientBuffer.Host.Span;

    /// <summary>On the device, to be read.</summary>
    internal Tensor DeviceValues => _values.Values;

    /// <summary>What a training step computes with.</summary>
    internal TrainingKernels Kernels { get; }

    /// <summary>
    /// Where given, is told which part of a training step has just ended: <c>embed</c>, <c>encoder</c>, <c>decoder</c> or <c>loss</c>, each once or
    /// more often.
    /// </summary>
    public Action<string>? PartDone { get; init; }

    /// <summary>The training step's way through the model, with the values of this moment: always the same object.</summary>
    internal TransformerPass PreparePass()
    {
        if (Precision == Precision.Mixed && !_isRounded) Kernels.Convert(DeviceValues, _working);
        _isRounded = true;
        return _pass ??= new TransformerPass(Model.Options, new ParameterViews(Slices.ToDictionary(slice => slice.Name, View)), LayerOffsets,
            Kernels, PartDone);
    }

    /// <summary>
    /// The values, for somebody who changes them before the next pass is prepared, which then makes the copy anew that products are made with.
    /// </summary>
    public FlatBuffer ChangeValues()
    {
        _isRounded = false;
        return _values;
    }

    /// <summary>Gives back the memory that training steps keep for each other, after one that found too little.</summary>
    public void FreeActivations() => _pass?.Memory.Free();

    public void ZeroGradients() => GradientBuffer.Values.zero_();

    /// <summary>A step of Adam, over all of the buffers: sets the gradients to zero.</summary>
    internal void Update(AdamCoefficients coefficients, FlatBuffer firstMoment, FlatBuffer secondMoment)
    {
        var rounded = Precision == Precision.Mixed ? _working : null;
        Kernels.Adam(coefficients, GradientBuffer.Values, firstMoment.Values, secondMoment.Values, DeviceValues, rounded);
        _isRounded = true;
    }

    /// <summary>xxHash128 of the values' bytes, as 32 hexadecimal digits: equal on members whose parameters are bit-identical.</summary>
    public string Hash() => _values.Hash();

    /// <summary>Frees the two buffers. The model keeps those that it views, until it is disposed itself.</summary>
    public void Dispose()
    {
        _pass?.Dispose();
        if (Precision == Precision.Mixed) _working.Dispose();
        _values.Dispose();
        GradientBuffer.Dispose();
    }

    /// <summary>A further buffer on the same device, laid out as the parameters, of zeros.</summary>
    internal FlatBuffer NewBuffer() => new(DeviceValues.numel(), Kernels.Device);

    private static bool IsInLayer(ParameterSlice slice) =>
        slice.Name.StartsWith("encoder.layers.", StringComparison.Ordinal) || slice.Name.StartsWith("decoder.layers.", StringComparison.Ordinal);

    private ParameterView View(ParameterSlice slice)
    {
        Tensor Of(Tensor flat)
        {
            using var part = flat.narrow(0, slice.Offset, slice.Length);
            return part.view(slice.Shape.ToArray()).DetachFromDisposeScope();
        }
        return new ParameterView(Of(_working), Of(DeviceValues), Of(GradientBuffer.Values));
    }

    internal static Span<float> Span(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);
}
