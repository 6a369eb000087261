using DistTrain.Model.Batches;
using DistTrain.Model.Modules;
using DistTrain.Model.Objectives;
using DistTrain.Model.Weights;
using DistTrain.Shared.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Tests.Objectives;

/// <summary>
/// A supervised step against autograd through the modules and torch's own loss, on a copy of the model with gradients of its own. Give it the
/// same cases every time: where relu's input is a rounding error away from zero, the two may decide differently.
/// </summary>
internal static class AgainstTorch
{
    public static void Assert(FlatParameters parameters, SentencePairs pairs, double smoothing)
    {
        using var scope = NewDisposeScope();
        const int Seed = 6;
        var sums = new SupervisedObjective(parameters, smoothing).Backward(pairs, Seed);

        using var plain = new Transformer(parameters.Model.Options);
        foreach (var ((_, copy), (_, original)) in plain.named_parameters().Zip(parameters.Model.named_parameters()))
            using (no_grad()) copy.copy_(original);
        var padded = PaddedPairs.From(pairs.Sources, pairs.Targets, pairs.Examples);
        plain.Dropouts.Begin(padded, Seed, keys => keys);
        var logits = plain.Project(plain.Decode(padded.TargetInput_GT, plain.Encode(padded.Source_BS), padded.Source_BS));
        var loss = nn.functional.cross_entropy(logits.flatten(0, 1), padded.Labels_GT.flatten(), ignore_index: SpecialTokens.Pad,
            reduction: nn.Reduction.Sum, label_smoothing: smoothing);
        loss.backward();

        Close.Assert("loss", loss.item<float>(), sums.Loss);
        foreach (var (slice, (name, parameter)) in parameters.Slices.Zip(plain.named_parameters()))
            Close.Assert("gradient of " + name, parameter.grad!.ToArray(), parameters.Gradients.Slice(slice.Offset, slice.Length), relative: 1e-4,
                absolute: 1e-4);
    }
}
