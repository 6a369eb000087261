using static TorchSharp.torch;

namespace DistTrain.Model.Kernels.Torch;

/// <remarks>Attention's products are float32 too: scores in bfloat16 would move weights by percents.</remarks>
internal sealed partial class TorchKernels
{
    public override void Attend(AttentionInput input, Tensor context_RD, Tensor logSums_NT)
    {
        using var scope = NewDisposeScope();
        var scores_BHTS = Scores(input, Heads(input.Query, input.Queries, input), Heads(input.Key, input.Keys, input));
        var logSums_BHT1 = LogSumExp(scores_BHTS);
        logSums_NT.view(logSums_BHT1.shape).copy_(logSums_BHT1);
        var weights_BHTS = scores_BHTS.sub_(logSums_BHT1).exp_();
        if (input.Mask.Rate > 0) weights_BHTS.mul_(Factors(input));
        Fill(context_RD, 0, weights_BHTS.matmul(Heads(input.Value, input.Keys, input)), input);
    }

    public override void AttendBackward(AttentionInput input, Tensor dContext_RD, Tensor logSums_NT, Tensor dQuery_RF, Tensor dKey_RF,
        Tensor dValue_RF)
    {
        using var scope = NewDisposeScope();
        var (query_BHTE, key_BHSE, value_BHSE) = (Heads(input.Query, input.Queries, input), Heads(input.Key, input.Keys, input),
            Heads(input.Value, input.Keys, input));
        var dContext_BHTE = Floats(Columns(dContext_RD, 0, input.Queries, input));
        var weights_BHTS = Scores(input, query_BHTE, key_BHSE).sub_(logSums_NT.view(input.Sequences, input.Heads, input.Queries, 1)).exp_();
        var dWeights_BHTS = dContext_BHTE.matmul(value_BHSE.transpose(2, 3));
        var dropped_BHTS = weights_BHTS;
        if (input.Mask.Rate > 0)
        {
            var factors_BHTS = Factors(input);
            dropped_BHTS = weights_BHTS.mul(factors_BHTS);
            dWeights_BHTS.mul_(factors_BHTS);
        }
        Fill(dValue_RF, input.Value.Part, dropped_BHTS.transpose(2, 3).matmul(dContext_BHTE), input);
        // d score = weight (d weight - sum of all d weight x weight) scale.
        var sums_BHT1 = dWeights_BHTS.mul(weights_BHTS).sum(-1, keepdim: true);
        var dScores_BHTS = dWeights_BHTS.sub_(sums_BHT1).mul_(weights_BHTS).mul_(Number.Of(input.Scale));
        Fill(dQuery_RF, input.Query.Part, dScores_BHTS.matmul(key_BHSE), input);
        Fill(dKey_RF, input.Key.Part, dScores_BHTS.transpose(2, 3).matmul(query_BHTE), input);
    }

    /// <summary>Minus infinity where a query may not look.</summary>
    private static Tensor Scores(AttentionInput input, Tensor query_BHTE, Tensor key_BHSE) =>
        query_BHTE.matmul(key_BHSE.transpose(2, 3)).mul_(Number.Of(input.Scale))
        .masked_fill_(input.Visible.Hidden(input.Queries, input.Keys, query_BHTE.device), Number.Of(double.NegativeInfinity));

    private static Tensor Heads(Projected part, int length, AttentionInput input)
    {
        var width = input.Heads * input.HeadSize;
        var bias_H1E = part.Bias_F.narrow(0, (long)part.Part * width, width).view(input.Heads, 1, input.HeadSize);
        return Floats(Columns(part.Rows_RF, part.Part, length, input)).Plus(bias_H1E);
    }

    /// <summary>A view of columns [part D, (part + 1) D), without the rows behind the sequences: [B, H, T, E].</summary>
    private static Tensor Columns(Tensor x_RF, int part, int length, AttentionInput input)
    {
        var width = input.Heads * input.HeadSize;
        return x_RF.narrow(0, 0, (long)input.Sequences * length).narrow(1, (long)part * width, width)
            .view(input.Sequences, length, input.Heads, input.HeadSize).transpose(1, 2);
    }

    private static void Fill(Tensor y_RF, int part, Tensor x_BHTE, AttentionInput input)
    {
        var length = (int)x_BHTE.shape[2];
        Columns(y_RF, part, length, input).copy_(x_BHTE);
        ClearRowsBehind(y_RF, (long)input.Sequences * length);
    }
}
