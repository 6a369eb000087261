using DistTrain.Model.Batches;
using DistTrain.Model.Kernels;
using DistTrain.Model.Kernels.Torch;
using DistTrain.Model.Modules;
using DistTrain.Model.Objectives;
using DistTrain.Model.Weights;
using DistTrain.Shared.Jobs;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Tests.Passes;

/// <summary>
/// A training step on torch's meta device, whose tensors have shapes but no values: one tensor of the CPU among them, and every look at a
/// value before the end, is an error there as it is a fault, or a wait, on a GPU.
/// </summary>
public class DevicePassTests
{
    private static readonly Device Meta = new(DeviceType.META);

    public static TheoryData<NormPlacement, Precision> Cases =>
        new MatrixTheoryData<NormPlacement, Precision>(Enum.GetValues<NormPlacement>(), Enum.GetValues<Precision>());

    [Theory, MemberData(nameof(Cases))]
    public void Step_OnAnotherDevice_StaysThereToItsEnd(NormPlacement norm, Precision precision)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var model = new Transformer(Small.Options with
        {
            Dropout = 0.1, AttentionDropout = 0.1, FeedForwardDropout = 0.1, Norm = norm,
            Activation = norm == NormPlacement.Pre ? Activation.Gelu : Activation.Relu,
        });
        using var parameters = new FlatParameters(model, precision, new TorchKernels(precision.Type(), Meta));
        var pairs = PaddedPairs.From(Small.SomePairs.Sources, Small.SomePairs.Targets);

        for (var step = 0; step < 2; step++)
        {
            var output = LabelledOutput.ForTraining(parameters, pairs, dropout: step);
            var chunk = output.ProjectWithBackward(0, output.Count, 0.1);
            output.Backward(null);
            Assert.Equal((DeviceType.META, output.Count), (chunk.Statistics_C3.device.type, chunk.Statistics_C3.size(0)));
            using var first = parameters.NewBuffer();
            using var second = parameters.NewBuffer();
            parameters.Update(new AdamCoefficients(1, 0.9f, 0.1f, 0.9f, 0.1f, 1e-3f, 1, 1e-9f, 1), first, second);
        }
        Assert.Equal(DeviceType.META, parameters.DeviceValues.device.type);
        Assert.All(model.parameters(), parameter => Assert.Equal(DeviceType.CPU, parameter.device.type));
    }
}
