using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Objectives;

/// <summary>
/// A decoder's output at the positions whose label counts, and the loss's way back from there. The output projection, the log-softmax and
/// their gradients are computed chunk by chunk, by hand: a chunk of logits stays in the cache and turns into its own gradient, padding costs
/// nothing, and the whole matrix of logits never exists. Autograd takes over below the projection.
/// </summary>
internal sealed class LabelledOutput
{
    private readonly Tensor decoded_RD;
    private readonly Tensor rows_L;
    private readonly Tensor hidden_LD;
    private readonly Tensor labels_L;
    private readonly Tensor weight_VD;
    private readonly Tensor? weightGradient_VD;
    private readonly Tensor? gradient_LD;

    public LabelledOutput(Transformer model, PaddedPairs pairs)
    {
        decoded_RD = model.Forward(pairs.Source_BS, pairs.TargetInput_GT);
        using var noGradient = no_grad();
        rows_L = pairs.LabelledRows();
        hidden_LD = decoded_RD.detach().index_select(0, rows_L);
        labels_L = pairs.Labels_GT.reshape(-1).index_select(0, rows_L);
        weight_VD = model.OutputWeight_VD.detach();
        if (!decoded_RD.requires_grad) return;
        weightGradient_VD = model.OutputWeight_VD.grad
            ?? throw new InvalidOperationException("The model has no gradients to add to: make its FlatParameters first.");
        gradient_LD = empty_like(hidden_LD);
    }

    /// <summary>Positions whose label counts.</summary>
    public int Count => (int)rows_L.shape[0];

    /// <summary>Positions in a chunk, about: its logits take a megabyte, but a product of fewer rows than this would be slow.</summary>
    public int ChunkRows => (int)Math.Max(64, (1 << 18) / weight_VD.shape[0]);

    /// <summary>Projects some positions and normalises them. Under no_grad, in a scope of its own.</summary>
    public Chunk Project(int first, int count)
    {
        var hidden_CD = hidden_LD.narrow(0, first, count);
        var labels_C1 = labels_L.narrow(0, first, count).unsqueeze(1);
        using var logits_CV = hidden_CD.mm(weight_VD.t());
        return new Chunk(this, first, hidden_CD, labels_C1, logits_CV.log_softmax(1));
    }

    /// <summary>Hands the collected gradient to autograd, which adds to the gradients of all parameters.</summary>
    public void Backward()
    {
        Tensor gradient_RD;
        using (no_grad()) gradient_RD = zeros_like(decoded_RD).index_copy_(0, rows_L, gradient_LD!);
        decoded_RD.backward([gradient_RD]);
    }

    /// <summary>Some positions' log-probabilities over the vocabulary: [C, V].</summary>
    internal sealed class Chunk(LabelledOutput output, int first, Tensor hidden_CD, Tensor labels_C1, Tensor logProbabilities_CV)
    {
        /// <summary>Log-probability of each label: [C].</summary>
        public Tensor OfLabels() => logProbabilities_CV.gather(1, labels_C1).squeeze(1);

        /// <summary>Mean log-probability over the vocabulary: [C].</summary>
        public Tensor MeanOverVocabulary() => logProbabilities_CV.mean([1]);

        /// <summary>
        /// Adds the gradient of sum_c weight_c ((1 - s) nll_c + s mean_v nll_cv), where s is the smoothing:
        /// d / d logits = weight (softmax - (1 - s) onehot - s / V). The log-probabilities are used up.
        /// </summary>
        /// <param name="weights_C1">Weight of each position; null: 1.</param>
        public void Backward(double smoothing, Tensor? weights_C1 = null)
        {
            var gradient_CV = logProbabilities_CV.exp_();
            if (smoothing > 0) gradient_CV.sub_(smoothing / gradient_CV.shape[1]);
            gradient_CV.scatter_add_(1, labels_C1, full(labels_C1.shape, (float)(smoothing - 1)));
            if (weights_C1 is not null) gradient_CV.mul_(weights_C1);
            output.gradient_LD!.narrow(0, first, hidden_CD.shape[0]).addmm_(gradient_CV, output.weight_VD, beta: 0, alpha: 1);
            output.weightGradient_VD!.addmm_(gradient_CV.t(), hidden_CD, beta: 1, alpha: 1);
        }
    }
}
