using static TorchSharp.torch;

namespace DistTrain.Model.Kernels.Torch;

internal sealed partial class TorchKernels
{
    public override void CrossEntropy(Tensor logits_CV, Tensor labels_C, Tensor statistics_C3)
    {
        using var scope = NewDisposeScope();
        var floats_CV = Floats(logits_CV.narrow(0, 0, labels_C.numel()));
        var logSum_C1 = LogSumExp(floats_CV);
        statistics_C3.narrow(1, 0, 1).copy_(logSum_C1);
        statistics_C3.narrow(1, 1, 1).copy_(floats_CV.gather(1, labels_C.unsqueeze(1)).sub_(logSum_C1));
        statistics_C3.narrow(1, 2, 1).copy_(floats_CV.mean([1L], keepdim: true).sub_(logSum_C1));
    }

    public override void CrossEntropyBackward(Tensor logits_CV, Tensor labels_C, Tensor statistics_C3, float smoothing, Tensor? weights_C)
    {
        using var scope = NewDisposeScope();
        var labelled_CV = logits_CV.narrow(0, 0, labels_C.numel());
        var gradient_CV = Floats(labelled_CV).sub(statistics_C3.narrow(1, 0, 1)).exp_().sub_(Number.Of(smoothing / logits_CV.shape[1]));
        var labels_C1 = labels_C.unsqueeze(1);
        gradient_CV.scatter_add_(1, labels_C1, full(labels_C1.shape, Number.Of(smoothing - 1), ScalarType.Float32, device));
        if (weights_C is not null) gradient_CV.mul_(weights_C.unsqueeze(1));
        labelled_CV.copy_(gradient_CV);
        ClearRowsBehind(logits_CV, labels_C.numel());
    }

    public override void CrossEntropyWithBackward(Tensor logits_CV, Tensor labels_C, Tensor statistics_C3, float smoothing)
    {
        CrossEntropy(logits_CV, labels_C, statistics_C3);
        CrossEntropyBackward(logits_CV, labels_C, statistics_C3, smoothing, null);
    }
}
