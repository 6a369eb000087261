using DistTrain.Shared.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Modules;

/// <summary>
/// Additive attention masks: 0 where a query may look, minus infinity where it may not, so that a masked position has exactly no influence.
/// Made once for a batch and shared by all layers. Padding stands at the end of a sequence: in the decoder the causal mask therefore
/// also hides padding from every real position. A training step says the same by counts: <see cref="Model.Kernels.KeyVisibility"/>.
/// </summary>
internal static class Masks
{
    /// <summary>Hides the padding of <paramref name="tokens_BS"/>: [batch x heads, 1, length].</summary>
    public static Tensor Padding(Tensor tokens_BS, int heads)
    {
        using var scope = NewDisposeScope();
        var (batch, length) = (tokens_BS.shape[0], tokens_BS.shape[1]);
        var mask_BS = zeros(batch, length, device: tokens_BS.device)
            .masked_fill_(tokens_BS.eq(Number.Of(SpecialTokens.Pad)), Number.Of(double.NegativeInfinity));
        return mask_BS.unsqueeze(1).expand(batch, heads, length).reshape(batch * heads, 1, length).MoveToOuterDisposeScope();
    }

    /// <summary>Hides all later positions: [1, length, length].</summary>
    public static Tensor Causal(long length, Device device)
    {
        using var scope = NewDisposeScope();
        return full([1, length, length], Number.Of(double.NegativeInfinity), device: device).triu_(1).MoveToOuterDisposeScope();
    }
}
